import type { FromReplay, ToReplay } from '../replay/messages.ts';
import { Watchdog } from '../replay/watchdog.ts';

/** What the viewer's document waits for (console/src/replay/replay-page.ts). */
const GREETING = 'alongside-replay';
/** Loaded anew so often within the time below, it is not tried again by itself. */
const RELOADS_MAX = 3;
const RELOADS_WITHIN_MS = 60_000;
/** Messages that wait for a viewer; beyond it they are dropped, and the page is asked for anew. */
const WAITING_MAX = 2_000;

export interface ViewerLinkUser {
  heard(message: FromReplay): void;
  /** The viewer is stuck (T5): `again` where a new one may help. */
  stuck(again: boolean): void;
}

/**
 * The port to a viewer's document. What is said before the document is ready waits; each load of the frame gets a port
 * of its own, so that nothing of an old one is heard.
 */
export class ViewerLink {
  readonly #user: ViewerLinkUser;
  readonly #watchdog: Watchdog;
  #port: MessagePort | undefined;
  #isReady = false;
  #waiting: ToReplay[] = [];
  #reloads: number[] = [];
  #hasDropped = false;

  constructor(user: ViewerLinkUser) {
    this.#user = user;
    this.#watchdog = new Watchdog(window, () => this.#silent());
  }

  /** The frame has loaded the viewer. */
  loaded(frame: HTMLIFrameElement, origin: string): void {
    this.#drop();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }: MessageEvent<FromReplay>) => this.#heard(data);
    frame.contentWindow?.postMessage(GREETING, origin, [port2]);
  }

  say(message: ToReplay): void {
    if (this.#isReady) this.#port?.postMessage(message);
    else if (this.#waiting.length < WAITING_MAX) this.#waiting.push(message);
    else {
      this.#waiting = [];
      this.#hasDropped = true;
    }
  }

  /** What waits is about a page that is not shown any more. */
  forget(): void {
    this.#waiting = [];
    this.#hasDropped = false;
  }

  close(): void {
    this.#drop();
    this.#waiting = [];
  }

  #heard(message: FromReplay): void {
    if (message.type === 'alive') {
      this.#watchdog.alive();
      return;
    }
    if (message.type === 'ready') {
      this.#isReady = true;
      this.#watchdog.alive();
      this.#user.heard(message);
      for (const each of this.#waiting.splice(0)) this.#port?.postMessage(each);
      if (this.#hasDropped) this.#user.heard({ type: 'resync', reason: 'the viewer came late' });
      this.#hasDropped = false;
      return;
    }
    this.#user.heard(message);
  }

  #silent(): void {
    // Nobody sees it, and a browser may stop the timers of what nobody sees.
    if (document.hidden) {
      this.#watchdog.alive();
      return;
    }
    const now = performance.now();
    this.#reloads = [...this.#reloads, now].filter((at) => now - at < RELOADS_WITHIN_MS);
    this.#drop();
    this.#user.stuck(this.#reloads.length < RELOADS_MAX);
  }

  #drop(): void {
    this.#watchdog.stop();
    this.#port?.close();
    this.#port = undefined;
    this.#isReady = false;
  }
}
