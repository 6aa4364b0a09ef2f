/**
 * The document in which an agent sees a visitor's page. It runs on an origin of its own, talks over one port, and
 * trusts nothing that comes: every event passes the stream firewall again (CO15).
 */
import { type PageEvent, readFrame, StreamFirewall } from '@alongside/sdk/shared';
import type { FromReplay, ToReplay } from './messages.ts';
import { PageAssets } from './page-assets.ts';
import { PageFit } from './page-fit.ts';
import { PageGeometry } from './page-geometry.ts';
import { PointerOverlay } from './pointer-overlay.ts';
import { PrivateParts } from './private-parts.ts';
import { dress } from './replay-style.ts';
import { RuleOutline } from './rule-outline.ts';
import { SelectionOverlay } from './selection-overlay.ts';
import { ToolOverlay } from './tool-overlay.ts';

/** Longer work is cut into turns, so that pointers move and the heart beats. */
const TURN_BUDGET_MS = 40;
const HEARTBEAT_MS = 1_000;
/** Frames that wait; beyond it the view is too far behind to be worth catching up. */
const WAITING_MAX = 2_000;
/** rrweb's number of the pointer's and the finger's way. */
const POINTER_SOURCES: readonly number[] = [1, 6];

interface Player {
  apply(event: PageEvent): void;
  nodeOf(id: number): Node | undefined;
  idOf(node: Node): number | undefined;
  readonly document: Document | undefined;
  isReachable: boolean;
  scheme: 'light' | 'dark';
}

class ReplayPage {
  readonly #port: MessagePort;
  readonly #player: Player;
  readonly #fit: PageFit;
  readonly #pointer: PointerOverlay;
  readonly #selection: SelectionOverlay;
  readonly #private: PrivateParts;
  readonly #assets: PageAssets;
  readonly #tools: ToolOverlay;
  readonly #outline: RuleOutline;
  #firewall = new StreamFirewall([]);
  #waiting: unknown[] = [];
  #isTurning = false;
  #isPlacing = false;
  #applied = 0;
  #hidden = 0;

  constructor(port: MessagePort, player: Player, fit: PageFit) {
    this.#port = port;
    this.#player = player;
    this.#fit = fit;
    const nodeOf = (id: number): Node | undefined => player.nodeOf(id);
    this.#private = new PrivateParts(fit.page, { document: () => player.document, nodeOf }, (hidden) => {
      this.#hidden = hidden;
      this.tellPage();
    });
    this.#assets = new PageAssets({
      ask: (asset) => this.#say({ type: 'asset-asked', asset }),
      nodeOf,
      document: () => player.document,
    });
    this.#selection = new SelectionOverlay(fit.page, nodeOf);
    this.#pointer = new PointerOverlay(fit.page, nodeOf);
    this.#outline = new RuleOutline(fit.page, nodeOf);
    this.#tools = new ToolOverlay(fit, new PageGeometry(player), (message) => this.#say(message));
  }

  run(): void {
    this.#port.onmessage = ({ data }: MessageEvent<ToReplay>) => this.#heard(data);
    // The player reports by promises that nobody holds.
    window.addEventListener('unhandledrejection', (event) => {
      event.preventDefault();
      this.#say({ type: 'resync', reason: 'an event could not be shown' });
    });
    setInterval(() => {
      this.#say({ type: 'alive', applied: this.#applied, waiting: this.#waiting.length });
    }, HEARTBEAT_MS);
    this.#say({ type: 'ready' });
  }

  /** The page's size or scale is another one. */
  tellPage(): void {
    this.#say({ type: 'page', ...this.#fit.size, scale: this.#fit.scale, hidden: this.#hidden });
  }

  #heard(message: ToReplay): void {
    switch (message.type) {
      case 'start':
        this.#firewall = new StreamFirewall(message.assetOrigins);
        return;
      case 'frame':
        this.#take(message.text);
        return;
      case 'pointer':
        this.#point(message.text);
        return;
      case 'tool':
        this.#player.isReachable = message.tool !== 'none';
        this.#tools.use(message.tool);
        return;
      case 'outline':
        this.#outline.show(message.nodes);
        return;
      case 'acted':
        this.#tools.acted(message);
        return;
      case 'asset':
        this.#assets.came(message.asset, message.mime, message.bytes);
        return;
      case 'no-asset':
        this.#assets.none(message.asset, message.again);
        return;
      case 'scheme':
        this.#player.scheme = message.scheme;
        return;
    }
  }

  #say(message: FromReplay): void {
    this.#port.postMessage(message);
  }

  #take(text: string): void {
    const events = readFrame(text);
    if (!events || this.#waiting.length > WAITING_MAX) {
      this.#say({ type: 'resync', reason: events ? 'too far behind' : 'a frame could not be read' });
      return;
    }
    this.#waiting.push(...events);
    if (!this.#isTurning) this.#turn();
  }

  /** Only positions, and only while nothing waits: a pointer never runs ahead of its page (CO14). */
  #point(text: string): void {
    if (this.#waiting.length > 0) return;
    for (const event of readFrame(text) ?? []) {
      const allowed = this.#firewall.accept(event);
      if (allowed?.type === 3 && POINTER_SOURCES.includes(allowed.data.source)) this.#pointer.show(allowed);
    }
  }

  #turn(): void {
    const started = performance.now();
    let isLong = false;
    this.#isTurning = true;
    while (this.#waiting.length > 0 && !isLong) {
      const built = this.#show(this.#waiting.shift());
      // A page is built when this turn is over; nothing else should wait for it in the same one.
      isLong = built || performance.now() - started > TURN_BUDGET_MS;
    }
    this.#isTurning = this.#waiting.length > 0;
    if (this.#isTurning) setTimeout(() => this.#turn());
    this.#place();
  }

  /** Answers whether the whole page is built anew by it. */
  #show(event: unknown): boolean {
    try {
      const allowed = this.#firewall.accept(event);
      if (!allowed) return false;
      this.#player.apply(this.#assets.take(allowed));
      this.#pointer.show(allowed);
      this.#selection.show(allowed);
      this.#private.show(allowed);
      this.#applied++;
      return allowed.type === 2;
    } catch {
      this.#say({ type: 'resync', reason: 'an event could not be shown' });
      return false;
    }
  }

  /** What lies over the page follows it, once before the next picture. */
  #place(): void {
    this.#private.look();
    this.#assets.place();
    if (this.#isPlacing) return;
    this.#isPlacing = true;
    requestAnimationFrame(() => {
      this.#isPlacing = false;
      this.#selection.place();
      this.#private.place();
      this.#tools.place();
      this.#outline.place();
    });
  }
}

/** Waits for the console's port and shows what comes through it. */
export function startReplay(root: HTMLElement): void {
  const begin = async (event: MessageEvent<unknown>): Promise<void> => {
    const [port] = event.ports;
    if (event.source !== window.parent || event.data !== 'alongside-replay' || !port) return;
    window.removeEventListener('message', listen);
    const { PagePlayer } = await import('./page-player.ts');
    dress(document);
    const fit = new PageFit(root, () => page.tellPage());
    const page = new ReplayPage(port, new PagePlayer(fit), fit);
    page.run();
  };
  const listen = (event: MessageEvent<unknown>): void => void begin(event);
  window.addEventListener('message', listen);
}
