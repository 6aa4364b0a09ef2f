/** Bounds of what a shared page may send (T4); beyond them a node, an attribute or a whole frame is left out. */
export const FIREWALL_LIMITS = {
  frameCharacters: 16 * 1024 * 1024,
  nodes: 150_000,
  /** Of one event, so that nobody waits for a whole page: a recorder of ours tells large pages in pieces. */
  nodesPerEvent: 5_000,
  depth: 512,
  attributesPerNode: 200,
  attributeCharacters: 64 * 1024,
  textCharacters: 256 * 1024,
  styleCharacters: 2 * 1024 * 1024,
  positionsPerEvent: 500,
  mutationsPerEvent: 5_000,
  eventsPerFrame: 5_000,
  viewportPixels: 20_000,
  coordinatePixels: 10_000_000,
  timestamp: 8_640_000_000_000_000,
} as const;

/** The longest way of brackets a frame may have: each level of the tree is an object in a list, plus the event. */
const BRACKETS_MAX = 2 * FIREWALL_LIMITS.depth + 32;

/** Whether a text nests no deeper than a tree may, found without building anything. */
function isShallow(text: string): boolean {
  let depth = 0;
  let isString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isString) {
      if (code === 0x5c) at++;
      else if (code === 0x22) isString = false;
    } else if (code === 0x22) isString = true;
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > BRACKETS_MAX) return false;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return true;
}

/** The events of a frame as they came, unjudged; `undefined` for what is too large, too deep or no list of events. */
export function readFrame(text: string): readonly unknown[] | undefined {
  if (text.length > FIREWALL_LIMITS.frameCharacters || !isShallow(text)) return undefined;
  try {
    const content: unknown = JSON.parse(text);
    if (!Array.isArray(content) || content.length > FIREWALL_LIMITS.eventsPerFrame) return undefined;
    return content as readonly unknown[];
  } catch {
    return undefined;
  }
}
