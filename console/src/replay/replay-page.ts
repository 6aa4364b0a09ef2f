/**
 * The document in which an agent sees a visitor's page. It runs on an origin of its own, talks over one port, and
 * trusts nothing that comes: every event passes the stream firewall again (CO15).
 */
import { type PageEvent, readFrame, StreamFirewall } from '@alongside/sdk/shared';
import { PointerOverlay } from './pointer-overlay.ts';

/** Longer work is cut into turns, so that pointers move and the heart beats. */
const TURN_BUDGET_MS = 40;
const HEARTBEAT_MS = 1_000;
/** Frames that wait; beyond it the view is too far behind to be worth catching up. */
const WAITING_MAX = 2_000;

/** What the console sends. */
export type ToReplay =
  | { readonly type: 'start'; readonly assetOrigins: readonly string[] }
  | { readonly type: 'frame'; readonly text: string };

/** What the console hears. */
export type FromReplay =
  | { readonly type: 'ready' }
  /** Once a second while the page is not stuck; a watchdog waits for it. */
  | { readonly type: 'alive'; readonly applied: number; readonly waiting: number }
  /** Something could not be shown: a fresh snapshot would help. */
  | { readonly type: 'resync'; readonly reason: string };

interface Player {
  apply(event: PageEvent): void;
  nodeOf(id: number): Node | undefined;
}

class ReplayPage {
  readonly #port: MessagePort;
  readonly #player: Player;
  readonly #overlay: PointerOverlay;
  #firewall = new StreamFirewall([]);
  #waiting: unknown[] = [];
  #isTurning = false;
  #applied = 0;

  constructor(port: MessagePort, player: Player, root: HTMLElement) {
    this.#port = port;
    this.#player = player;
    this.#overlay = new PointerOverlay(root, (id) => player.nodeOf(id));
  }

  run(): void {
    this.#port.onmessage = ({ data }: MessageEvent<ToReplay>) => {
      if (data.type === 'start') this.#firewall = new StreamFirewall(data.assetOrigins);
      else this.#take(data.text);
    };
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
  }

  /** Answers whether the whole page is built anew by it. */
  #show(event: unknown): boolean {
    try {
      const allowed = this.#firewall.accept(event);
      if (!allowed) return false;
      this.#player.apply(allowed);
      this.#overlay.show(allowed);
      this.#applied++;
      return allowed.type === 2;
    } catch {
      this.#say({ type: 'resync', reason: 'an event could not be shown' });
      return false;
    }
  }
}

/** Waits for the console's port and shows what comes through it. */
export function startReplay(root: HTMLElement): void {
  const begin = async (event: MessageEvent<unknown>): Promise<void> => {
    const [port] = event.ports;
    if (event.source !== window.parent || event.data !== 'alongside-replay' || !port) return;
    window.removeEventListener('message', listen);
    const { PagePlayer } = await import('./page-player.ts');
    new ReplayPage(port, new PagePlayer(root), root).run();
  };
  const listen = (event: MessageEvent<unknown>): void => void begin(event);
  window.addEventListener('message', listen);
}
