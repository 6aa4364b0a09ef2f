/**
 * Fetched by the snippet in a tab that the settings of a console opened, to show the owner what agents would see of the
 * page (ADR 28). Nothing of the page is looked at before the window that opened the tab has answered, from the origin of
 * this server, with the code that it gave the tab; what the scrubber lets out goes to that window and nowhere else.
 */
import { platformRandom } from '@alongside/sdk/shared';
import {
  PREVIEW_NAME,
  type PreviewDown,
  type PreviewUp,
  type PrivacySettings,
  type RecorderChunk,
  type Recording,
  previewDown,
  previewWelcome,
} from '@alongside/sdk/sharing';
import { selectorsFor } from './pick-selectors.ts';
import { showNote } from './preview-note.ts';
import { PreviewReporter } from './preview-report.ts';
import { ScrubbedPage } from './scrubbed-page.ts';

/** Who opened the tab answers at once, or is not the one that is waited for. */
const ANSWER_MAX_MS = 60_000;
/** Changes that follow each other are counted together. */
const REPORT_AFTER_MS = 400;
/** As many events as the viewer takes in one frame. */
const FRAME_MAX_EVENTS = 5_000;

type Frame = Parameters<Parameters<RecorderChunk['start']>[0]['send']>[0];

/** One page that is being looked at, as long as its port is open. */
class OwnerPreview {
  readonly #window: Window;
  readonly #port: Pick<MessagePort, 'postMessage' | 'close' | 'onmessage'>;
  readonly #chunk: RecorderChunk;
  readonly #hideNote: () => void;
  #scrubbed = new ScrubbedPage();
  #recording: Recording | undefined;
  #reporter: PreviewReporter | undefined;
  #timer = 0;
  #address = '';

  constructor(window: Window, port: MessagePort, chunk: RecorderChunk) {
    this.#window = window;
    this.#port = port;
    this.#chunk = chunk;
    this.#hideNote = showNote(window.document, () => this.stop());
    port.onmessage = ({ data }: MessageEvent<unknown>) => this.#heard(data);
    window.addEventListener('pagehide', () => this.stop());
  }

  stop(): void {
    this.#end();
    this.#say({ type: 'leaving' });
    this.#port.close();
    this.#hideNote();
  }

  /** Looks at the page anew, with these settings: the recorder's own start, which refuses what it refuses in a share. */
  look(settings: PrivacySettings): void {
    this.#end();
    this.#scrubbed = new ScrubbedPage();
    const [salt = 0] = new Uint32Array(platformRandom(4).buffer);
    const started = this.#chunk.start({
      settings,
      salt,
      send: (events) => this.#send(events),
      failed: () => undefined,
    });
    if (started.state === 'refused') {
      this.#say({ type: 'refused', faults: [...started.faults] });
      return;
    }
    this.#recording = started;
    this.#reporter = new PreviewReporter(started, this.#scrubbed, settings);
    this.#reportSoon();
  }

  #heard(data: unknown): void {
    let message: PreviewDown;
    try {
      message = previewDown.decode(data, '');
    } catch {
      return;
    }
    switch (message.type) {
      case 'policy':
        this.look(message.policy);
        return;
      case 'resync':
        this.#recording?.takeSnapshot();
        return;
      case 'pick':
        this.#pick(message.node);
        return;
      case 'scroll':
        this.#scroll(this.#elementOf(message.node), message.x, message.y);
        return;
      case 'reveal':
        this.#elementOf(message.node)?.scrollIntoView({ block: 'center', behavior: 'instant' });
        this.#tellScrolled(this.#window.document.scrollingElement);
        return;
      case 'stop':
        this.stop();
    }
  }

  #send(events: Frame): void {
    for (const event of events) this.#scrubbed.take(event);
    const { address } = this.#scrubbed;
    if (address !== this.#address) {
      this.#address = address;
      this.#say({ type: 'page', address });
    }
    // What comes before a snapshot is not needed any more; the size of the page goes with it.
    const snapshot = events.findLastIndex(({ type }) => type === 2);
    const first = snapshot < 0 ? 0 : events[snapshot - 1]?.type === 4 ? snapshot - 1 : snapshot;
    for (let at = first; at < events.length; at += FRAME_MAX_EVENTS) {
      const text = JSON.stringify(events.slice(at, at + FRAME_MAX_EVENTS));
      this.#say({ type: 'frame', text, snapshot: at === first && snapshot >= 0 });
    }
    this.#reportSoon();
  }

  #reportSoon(): void {
    this.#timer ||= this.#window.setTimeout(() => {
      this.#timer = 0;
      const report = this.#reporter?.report(this.#window.document);
      if (report) this.#say(report);
    }, REPORT_AFTER_MS);
  }

  #elementOf(id: number): Element | undefined {
    const node = this.#recording?.nodeOf(id);
    return node?.nodeType === 1 ? (node as Element) : (node?.parentElement ?? undefined);
  }

  /** The nearest thing around that can be moved that way, at the end the page itself. */
  #scroll(element: Element | undefined, x: number, y: number): void {
    for (let at = element; at; at = at.parentElement ?? undefined) {
      const { scrollLeft, scrollTop } = at;
      at.scrollBy({ left: x, top: y, behavior: 'instant' });
      if (at.scrollLeft === scrollLeft && at.scrollTop === scrollTop) continue;
      this.#tellScrolled(at);
      return;
    }
  }

  /** A browser tells nobody of scrolling in a tab that is not seen, as this one mostly is. */
  #tellScrolled(element: Element | null): void {
    if (!element || !this.#recording) return;
    const { document } = this.#window;
    const node = element === document.scrollingElement ? document : element;
    const { scrollLeft: x, scrollTop: y } = element;
    const data = { source: 3, id: this.#recording.idOf(node), x: Math.round(x), y: Math.round(y) };
    const text = JSON.stringify([{ type: 3, timestamp: Date.now(), data }]);
    this.#say({ type: 'frame', text, snapshot: false });
  }

  #pick(id: number): void {
    const near = this.#elementOf(id);
    // What lies in a control, such as an option, is named by the control.
    const element = (near && this.#recording?.privacy.of(near).control) ?? near;
    if (!element || !this.#recording) return;
    this.#say({
      type: 'picked',
      node: Math.max(0, this.#recording.idOf(element)),
      isControl: this.#recording.privacy.of(element).control !== undefined,
      selectors: selectorsFor(element),
    });
  }

  #say(message: PreviewUp): void {
    this.#port.postMessage(message);
  }

  #end(): void {
    this.#window.clearTimeout(this.#timer);
    this.#timer = 0;
    this.#recording?.stop();
    this.#recording = undefined;
    this.#reporter = undefined;
  }
}

/** Asks the window that opened this one; `server` is the only origin that is asked and listened to. */
export function offerPreview(
  window: Window & { readonly alongside?: { readonly site?: string } },
  server: string,
  fetchRecorder: () => Promise<RecorderChunk>,
): void {
  const { name } = window;
  const opener = window.opener as Window | null;
  const code = name.slice(PREVIEW_NAME.length);
  if (!name.startsWith(PREVIEW_NAME) || code === '' || !opener || opener === window) return;
  const stop = (): void => {
    window.removeEventListener('message', heard);
    window.clearTimeout(timer);
  };
  const heard = ({ data, origin, ports, source }: MessageEvent<unknown>): void => {
    const [port] = ports;
    if (source !== opener || origin !== server || !port) return;
    try {
      const welcome = previewWelcome.decode(data, '');
      if (welcome.code !== code) return;
      stop();
      void fetchRecorder().then((chunk) => {
        new OwnerPreview(window, port, chunk).look(welcome.policy);
      });
    } catch {
      // Not an answer.
    }
  };
  const timer = window.setTimeout(stop, ANSWER_MAX_MS);
  window.addEventListener('message', heard);
  const hello = { type: 'alongside-preview', code, site: window.alongside?.site ?? '' };
  opener.postMessage(hello, server);
}

const { href, origin } = new URL(import.meta.url);
const offer = (): void => {
  offerPreview(window, origin, () => import(new URL(__RECORDER_URL__, href).href) as Promise<RecorderChunk>);
};
offer();
// Out of the browser's cache a page comes back without its port.
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) offer();
});
