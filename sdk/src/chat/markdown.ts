/**
 * The light markup that chat text may carry: `**strong**`, `*emphasis*` or `_emphasis_`, `` `code` ``,
 * `[label](address)`, bare http(s) addresses and lists. Everything else, HTML above all, stays text.
 *
 * The parser makes plain objects, never markup; each side draws them with its own nodes. It takes time linear in
 * the length of the text, whatever the text is, and makes at most some hundred nodes.
 */

export type Inline =
  /** Line breaks stay in it: show it with `white-space: pre-wrap`. */
  | { type: 'text' | 'code'; text: string }
  | { type: 'strong' | 'emphasis'; of: Inline[] }
  /** `href` is http(s), mailto or tel, parsed and written again by `URL`. */
  | { type: 'link'; href: string; of: Inline[] };

export type Block =
  { type: 'paragraph'; of: Inline[] } | { type: 'list'; ordered: boolean; start: number; items: Inline[][] };

/** Paragraphs, items and styled pieces of one text; what comes after them stays plain text. */
const PIECES_MAX = 300;

const LIST_ITEM = /^(?:[-*•]|(\d{1,3})[.)]) +(?=\S)/;

/** Every repetition is bounded or ends at a character that it cannot contain: there is nothing to backtrack. */
const TOKEN =
  /`([^`\n]{1,999})`|\[([^[\]\n]{1,300})\]\(([^\s()<>]{1,2000})\)|(https?:\/\/[^\s<>"`*[\]]+)|\*+|_+/gi;

const LETTER = /[\p{L}\p{N}]/u;

type Budget = { left: number };

/** Parses text into blocks. Any string is valid; what is not markup is text. */
export function parseMarkdown(text: string): Block[] {
  const budget = { left: PIECES_MAX };
  const blocks: Block[] = [];
  let lines: string[] = [];
  let list: Extract<Block, { type: 'list' }> | undefined;
  const endParagraph = (): void => {
    const paragraph = lines.join('\n').trimEnd();
    lines = [];
    if (paragraph) blocks.push({ type: 'paragraph', of: inline(paragraph, budget) });
  };
  for (const line of text.split('\n')) {
    const item = LIST_ITEM.exec(line);
    if (budget.left <= 0) {
      lines.push(line);
    } else if (item) {
      endParagraph();
      budget.left--;
      const ordered = !!item[1];
      if (list?.ordered !== ordered) {
        blocks.push((list = { type: 'list', ordered, start: Number(item[1] ?? 1), items: [] }));
      }
      list.items.push(inline(line.slice(item[0].length), budget));
    } else {
      list = undefined;
      if (line.trim()) {
        lines.push(line);
      } else {
        endParagraph();
        budget.left--;
      }
    }
  }
  endParagraph();
  return blocks;
}

/**
 * The address as it may become a link, or undefined: http, https, mailto and tel only. Addresses with a user
 * name or password are not linked, since what stands before the `@` looks like the host.
 */
export function safeHref(address: string): string | undefined {
  if (!/^(https?:\/\/|mailto:|tel:)[\x21-\uffff]+$/i.test(address)) return undefined;
  try {
    const { href, username, password } = new URL(address);
    return username + password ? undefined : href;
  } catch {
    return undefined;
  }
}

/** Pieces of one paragraph or item; a delimiter without its partner stays text. */
function inline(text: string, budget: Budget): Inline[] {
  let into: Inline[] = [];
  const open: { mark: string; outer: Inline[] }[] = [];
  let at = 0;
  /** Ends the innermost open delimiter: as what it marks, or as plain text. */
  const end = (styled: boolean): void => {
    const opened = open.pop();
    if (!opened) return;
    const { mark, outer } = opened;
    const inner = into;
    into = outer;
    if (styled) {
      budget.left--;
      into.push({ type: mark === '**' ? 'strong' : 'emphasis', of: inner });
    } else {
      put(into, { type: 'text', text: mark });
      for (const each of inner) put(into, each);
    }
  };
  for (const match of text.matchAll(TOKEN)) {
    const { index } = match;
    const [token] = match;
    const plain: Inline = { type: 'text', text: text.slice(at, index) };
    const before = text.charAt(index - 1);
    const after = text.charAt(index + token.length);
    const opened = open.findIndex((each) => each.mark === token);
    const piece = standalone(match);
    if (budget.left <= 0) break;
    if (piece) {
      budget.left--;
      put(into, plain);
      into.push(piece.node);
      at = index + piece.length;
    } else if (!/^(\*\*?|_)$/.test(token)) {
      continue;
    } else if (opened >= 0 && /\S/.test(before) && !LETTER.test(after)) {
      put(into, plain);
      while (open.length > opened + 1) end(false);
      end(true);
      at = index + token.length;
    } else if (opened < 0 && /\S/.test(after) && !LETTER.test(before)) {
      put(into, plain);
      open.push({ mark: token, outer: into });
      into = [];
      at = index + token.length;
    }
  }
  put(into, { type: 'text', text: text.slice(at) });
  while (open.length) end(false);
  return into;
}

/** A piece that needs no partner, and how much of the text it takes. */
function standalone(match: RegExpExecArray): { node: Inline; length: number } | undefined {
  const [token, code, label, address, bare] = match;
  if (code) return { node: { type: 'code', text: code }, length: token.length };
  // What ends a sentence does not belong to an address; a bracket does where the address opened one.
  const shown =
    label ?? bare?.replace(bare.includes('(') ? /[.,;:!?'_]{1,9}$/ : /[.,;:!?'_)]{1,9}$/, '') ?? '';
  const href = safeHref(address ?? shown);
  // A label that itself looks like an address could promise another place than it leads to.
  if (!href || (label && label !== address && /:\/\/|@|\w\.\w/.test(label))) return undefined;
  return {
    node: { type: 'link', href, of: [{ type: 'text', text: shown }] },
    length: (label ? token : shown).length,
  };
}

function put(into: Inline[], node: Inline): void {
  const last = into.at(-1);
  if (node.type !== 'text') into.push(node);
  else if (last?.type === 'text') last.text += node.text;
  else if (node.text) into.push({ ...node });
}
