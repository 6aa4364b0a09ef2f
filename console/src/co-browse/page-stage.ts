import { type ReadonlySignal, type Signal, computed, effect, signal } from '@preact/signals';
import type {
  ActionOutcome,
  Outcome,
  PageAction,
  PageView,
  PageViewStatus,
  watchPage,
} from '@alongside/sdk/agent';
import type { FromReplay, Tool } from '../replay/messages.ts';
import type { OpenConversation } from '../shell/open-conversation.ts';
import { refusalWords } from '../shell/refusal-words.ts';
import { ticketFrom } from '../shell/ticket.ts';
import type { Workspace } from '../shell/workspace.ts';
import { observed } from '../ui/observed.ts';
import { NO_ANSWER, refusedWords } from './page-words.ts';
import { ViewerLink } from './viewer-link.ts';

/** What one sees of the page that is shown. */
export interface ShownPage {
  width: number;
  height: number;
  scale: number;
  /** Parts of it that are private. */
  hidden: number;
}

/**
 * A shared page on the stage: its connection, its viewer and the agent's tools, for as long as the stage is shown.
 * `stop` leaves: who is not looking is not named to the visitor.
 */
export class PageStage {
  readonly conversation: OpenConversation;
  readonly share: string;
  readonly status: ReadonlySignal<PageViewStatus>;
  readonly shown: Signal<ShownPage | undefined> = signal(undefined);
  readonly tool = signal<Tool>('none');
  /** Counts the viewers that were loaded: a stuck one is replaced. */
  readonly viewerLoad = signal(0);
  readonly gaveUp = signal(false);
  /** This agent may act on the page now. */
  readonly hasControl: ReadonlySignal<boolean>;
  readonly #workspace: Workspace;
  readonly #view: PageView;
  readonly #link: ViewerLink;
  readonly #stops: (() => void)[] = [];

  constructor(conversation: OpenConversation, share: string, workspace: Workspace, watch: typeof watchPage) {
    this.conversation = conversation;
    this.share = share;
    this.#workspace = workspace;
    const ticket = (): Promise<string> => ticketFrom(workspace.api);
    this.#view = watch({ server: location.origin, conversation: conversation.id, share, ticket });
    const { signal: status, stop } = observed(this.#view.status);
    this.status = status;
    this.hasControl = computed(() => status.value.grant?.agent.id === workspace.identity.agent.id);
    this.#link = new ViewerLink({
      heard: (message) => this.#heard(message),
      stuck: (again) => this.#stuck(again),
    });
    this.#stops.push(stop, this.#followControl(), this.#followScheme());
    this.#view.start({
      frame: (text, snapshot) => {
        // A viewer that is not there yet needs nothing from before a snapshot.
        if (snapshot) this.#link.forget();
        if (snapshot) this.#start();
        this.#link.say({ type: 'frame', text });
      },
      pointer: (text) => this.#link.say({ type: 'pointer', text }),
      asset: (asset) => {
        if ('refused' in asset) {
          const again = asset.refused === 'busy';
          this.#link.say({ type: 'no-asset', asset: asset.asset, again });
        } else this.#link.say({ type: 'asset', ...asset });
      },
    });
  }

  /** Milliseconds since the visitor's page was last heard. */
  age(): number | undefined {
    return this.#view.age();
  }

  /** The frame has loaded a viewer's document. */
  viewerLoaded(frame: HTMLIFrameElement, origin: string): void {
    this.#link.loaded(frame, origin);
  }

  use(tool: Tool): void {
    this.tool.value = this.tool.value === tool ? 'none' : tool;
    this.#sayTool();
  }

  clearMarks(): void {
    this.#view.mark({ kind: 'clear' });
  }

  async askForControl(): Promise<void> {
    this.#tell(await this.conversation.handle.askForControl());
  }

  async giveControlBack(): Promise<void> {
    this.#tell(await this.conversation.handle.endShare(this.share, 'control'));
  }

  async end(): Promise<void> {
    this.#tell(await this.conversation.handle.endShare(this.share, 'view'));
  }

  /** Loads a new viewer, as the agent wishes. */
  loadAgain(): void {
    this.gaveUp.value = false;
    this.viewerLoad.value++;
    this.#view.showAgain();
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#link.close();
    this.#view.stop();
  }

  /** With control the pointer acts; without it, it does not any more. */
  #followControl(): () => void {
    let had = false;
    return effect(() => {
      const has = this.hasControl.value;
      if (has === had) return;
      had = has;
      if (has) this.tool.value = 'control';
      else if (this.tool.peek() === 'control') this.tool.value = 'none';
      this.#sayTool();
    });
  }

  #followScheme(): () => void {
    const scheme = computed(() => this.status.value.page.scheme);
    return effect(() => {
      if (scheme.value) this.#sayScheme();
    });
  }

  #start(): void {
    const { viewer } = this.status.value;
    if (viewer) this.#link.say({ type: 'start', assetOrigins: viewer.assetOrigins });
    this.#sayScheme();
  }

  #sayScheme(): void {
    const { scheme } = this.status.peek().page;
    if (scheme) this.#link.say({ type: 'scheme', scheme });
  }

  #sayTool(): void {
    this.#link.say({ type: 'tool', tool: this.tool.peek() });
  }

  #heard(message: FromReplay): void {
    switch (message.type) {
      case 'ready':
        this.#sayTool();
        return;
      case 'page': {
        const { width, height, scale, hidden } = message;
        if (width > 0) this.shown.value = { width, height, scale, hidden };
        return;
      }
      case 'resync':
        this.#view.resync(message.reason);
        return;
      case 'asset-asked':
        this.#view.askForAsset(message.asset);
        return;
      case 'mark': {
        const { kind, at, points } = message.mark;
        this.#view.mark({ kind, ...(at && { at: { ...at } }), ...(points && { points }) });
        return;
      }
      case 'act':
        void this.#act(message.id, message.action);
        return;
      case 'tool-left':
        this.tool.value = 'none';
        this.#sayTool();
        return;
      case 'alive':
        return;
    }
  }

  async #act(id: number, action: PageAction): Promise<void> {
    const outcome = await this.#view.act(action);
    this.#link.say({ type: 'acted', id, ...actedOf(outcome) });
  }

  #stuck(again: boolean): void {
    if (!again) {
      this.gaveUp.value = true;
      return;
    }
    this.#workspace.notices.say('Their page did not answer here and is shown anew.', 'problem');
    this.viewerLoad.value++;
    this.#view.showAgain();
  }

  #tell(outcome: Outcome): void {
    if (!outcome.ok) this.#workspace.notices.say(refusalWords(outcome.refusal.code), 'problem');
  }
}

function actedOf(outcome: ActionOutcome): {
  refused?: string;
  again?: boolean;
  version?: number;
  editor?: number;
} {
  switch (outcome.kind) {
    case 'done': {
      const { version, editor } = outcome;
      return { ...(version !== undefined && { version }), ...(editor !== undefined && { editor }) };
    }
    case 'refused': {
      const { reason, version } = outcome;
      return {
        refused: refusedWords(reason),
        again: reason === 'changed' || reason === 'too-fast',
        ...(version !== undefined && { version }),
      };
    }
    case 'lost':
      return { refused: NO_ANSWER };
  }
}
