import type { CoBrowsePolicy } from '@alongside/sdk/shared';
import { signal } from '@preact/signals';
import type { FromReplay } from '../replay/messages.ts';
import { type PreviewPlace, PreviewWindow } from './preview-window.ts';
import type { Showing } from './viewer-frame.tsx';
import { ViewerLink } from './viewer-link.ts';

/** What an owner looks at: a tab of theirs, and the viewer that agents have, with what the tab lets out in it. */
export class OwnerPreview implements Showing {
  readonly place: PreviewPlace;
  readonly page: PreviewWindow;
  readonly viewerLoad = signal(0);
  /** The rule whose parts are framed. */
  readonly outlined = signal<string | undefined>(undefined);
  readonly #link: ViewerLink;
  readonly #policy: () => CoBrowsePolicy;

  constructor(place: PreviewPlace, site: string, policy: () => CoBrowsePolicy) {
    this.place = place;
    this.#policy = policy;
    this.#link = new ViewerLink({
      heard: (message) => {
        this.#heard(message);
      },
      stuck: (again) => {
        if (again) this.showAgain();
      },
    });
    this.page = new PreviewWindow({
      site,
      policy,
      frame: (text, snapshot) => {
        // A viewer that is not there yet needs nothing from before a snapshot.
        if (snapshot) this.#begin();
        this.#link.say({ type: 'frame', text });
      },
    });
  }

  viewerLoaded(frame: HTMLIFrameElement, origin: string): void {
    this.#link.loaded(frame, origin);
    this.page.say({ type: 'resync' });
  }

  /** A new viewer: the policy of its document is the one that is saved now. */
  showAgain(): void {
    this.viewerLoad.value++;
  }

  /** Frames what a rule did, and moves the page to the first of it. */
  outline(key: string | undefined, nodes: readonly number[]): void {
    this.outlined.value = key;
    this.#link.say({ type: 'outline', nodes });
    const [first] = nodes;
    if (first !== undefined) this.page.say({ type: 'reveal', node: first });
  }

  stop(): void {
    this.page.stop();
    this.#link.close();
  }

  #begin(): void {
    this.#link.forget();
    this.#link.say({ type: 'start', assetOrigins: this.#policy().assetOrigins });
    this.#link.say({ type: 'tool', tool: 'pick' });
    // With a snapshot nodes get new numbers.
    this.outlined.value = undefined;
    this.#link.say({ type: 'outline', nodes: [] });
  }

  #heard(message: FromReplay): void {
    if (message.type === 'resync') this.page.say({ type: 'resync' });
    if (message.type === 'mark' && message.mark.kind === 'highlight' && message.mark.at) {
      this.page.say({ type: 'pick', node: message.mark.at.node });
    }
    if (message.type === 'act' && message.action.kind === 'scroll') {
      const { at, by = { x: 0, y: 0 } } = message.action;
      this.page.say({ type: 'scroll', node: at.node, x: by.x, y: by.y });
    }
  }
}
