import type { VisitorClient } from '@alongside/sdk';
import type { ShareState } from '@alongside/sdk/protocol';
import { newId } from '@alongside/sdk/shared';
import { PREVIEW_NAME, type ShareStatus, shareAfter } from '@alongside/sdk/sharing';
import type { Handover } from '../loader/handover.ts';
import { type Question, textVersion } from './consent.tsx';
import { shareEventOf } from './ledger.tsx';
import { listen } from './listen.ts';
import { leave, rememberEnded, takeLeft, wasEnded } from './memory.ts';
import { PageShare } from './page-share.ts';
import { PageTools } from './page-tools.ts';
import { type TabNews, ShareTabs } from './share-tabs.ts';
import { type Seen, ShareView } from './share-view.tsx';

/** A command that found no answer is given again after this. */
const AGAIN_MS = 3_000;

type Scope = 'view' | 'control';
type EndWhy = 'button' | 'escape' | 'left';

/**
 * Follows the share of the conversation: asks the visitor, shares the page once it was allowed, shows that it is,
 * and ends it. Lives from the first sign of a share to `shutdown`.
 */
export class Sharing {
  readonly view: ShareView;
  readonly #handover: Handover;
  readonly #client: VisitorClient;
  readonly #stops: (() => void)[];
  readonly #tabs: ShareTabs;
  /** This tab's name, on all of its pages. */
  readonly #tab: string;
  #state: ShareState | undefined;
  #page: PageShare | undefined;
  #tools: PageTools | undefined;
  /** The question that was answered here, so that it does not come again before the log says so. */
  #answered = '';
  /** Ends that the server has not heard of yet. */
  readonly #telling = new Set<string>();
  #isOver = false;

  constructor(handover: Handover, client: VisitorClient, changed: () => void) {
    const { site } = handover.settings;
    this.#handover = handover;
    this.#client = client;
    const left = takeLeft(site, Date.now());
    this.#tab = left?.tab ?? newId('tab').replace('_', '-');
    this.#tabs = new ShareTabs(site, (news) => this.#heard(news));
    this.view = new ShareView({
      handover,
      seen: () => this.#seen(),
      answer: (question, allowed) => void this.#answer(question, allowed),
      stop: () => this.#end('view', 'button'),
      takeBack: () => this.#end('control', 'button'),
      lost: () => this.#end('view', 'left'),
      spoken: () => {
        this.#draw();
        changed();
      },
    });
    this.#stops = [
      client.conversation.subscribe(() => this.#look()),
      listen(window, 'pagehide', () => this.#leaveToNext()),
      listen(window, 'keydown', (event) => this.#onKey(event as KeyboardEvent)),
      () => this.#tabs.close(),
    ];
    // The page before was shared: this one does not wait for the conversation, the server knows whether it may.
    if (left && !wasEnded(site, left.share)) this.#begin(left.share, left.conversation);
    this.#look();
  }

  /** `shutdown`: the page is shared no more, and nothing of this is left on it. */
  stop(): void {
    if (this.#page) this.#end('view', 'left');
    this.#isOver = true;
    for (const stop of this.#stops) stop();
    this.view.remove();
  }

  // What the log says

  #look(): void {
    const { entries, header, id } = this.#client.conversation.value;
    if (id === undefined || this.#isOver) return;
    const ended = new Set<string>();
    let state = header.share;
    for (const entry of entries) {
      if ('erased' in entry) continue;
      const body = entry.body.type === 'sitting.closed' ? entry.body : shareEventOf(entry.body);
      if (!body) continue;
      const next = shareAfter(state, body);
      if (state && !next) ended.add(state.id);
      state = next;
    }
    this.#state = state;
    // That nothing is known of the share that runs proves nothing: the server says when it is over.
    if (this.#page && ended.has(this.#page.share) && state?.id !== this.#page.share) this.#stopHere();
    if (state?.state === 'allowed') {
      if (wasEnded(this.#handover.settings.site, state.id)) this.#tellEnd('view', state.id, 'button');
      else if (!this.#page) this.#tabs.tell({ type: 'who', share: state.id });
    }
    this.#draw();
  }

  #question(): Question | undefined {
    const state = this.#state;
    if (!state || this.#isOver || wasEnded(this.#handover.settings.site, state.id)) return undefined;
    const { agent, control } = state;
    if (state.state === 'asked') return this.#isAnswered('view') ? undefined : { scope: 'view', agent };
    if (control?.state !== 'asked' || !this.#page || this.#isAnswered('control')) return undefined;
    return { scope: 'control', agent: control.agent };
  }

  #keyOf(scope: Scope): string {
    const until = scope === 'view' ? this.#state?.until : this.#state?.control?.until;
    return `${scope} ${this.#state?.id} ${until}`;
  }

  #isAnswered(scope: Scope): boolean {
    return this.#answered === this.#keyOf(scope);
  }

  async #answer(question: Question, allowed: boolean): Promise<void> {
    const { scope } = question;
    const share = this.#state?.id;
    const conversation = this.#client.conversation.value.id;
    if (share === undefined || conversation === undefined) return;
    const text = textVersion(question, this.view.language);
    this.#answered = this.#keyOf(scope);
    this.view.fault = undefined;
    this.#draw();
    const taken = await this.#client.command({ type: 'co-browse.answer', share, scope, allowed, text });
    // Only a consent that is on disk is one (DL17); what could not be told is asked again.
    if (taken === 'later') this.#answered = '';
    if (taken === 'taken' && allowed && scope === 'view' && !this.#isOver) this.#begin(share, conversation);
    this.#draw();
  }

  // Sharing

  #begin(share: string, conversation: string): void {
    const { fail, server, settings } = this.#handover;
    // A tab that its owner looks at from the settings is recorded for them already, and is nobody's share.
    if (this.#page?.share === share || this.#isOver || window.name.startsWith(PREVIEW_NAME)) return;
    this.#stopHere();
    const page = new PageShare({
      ...{ conversation, server, share, fail },
      site: settings.site,
      tab: this.#tab,
      access: () => this.#client.tokenStore.read().access,
      renew: () => this.#client.hurry(),
      changed: (status) => this.#became(status),
      asked: (message) => this.#tools?.heard(message),
      cannot: (error) => {
        fail(error);
        this.#end('view', 'left');
      },
    });
    this.#page = page;
    this.#draw();
    const place = this.view.stage?.overlay;
    if (place) {
      this.#tools = new PageTools({
        ...{ client: this.#client, fail, page, place },
        agent: () => page.grant?.agent.name ?? this.#names()[0] ?? '',
        changed: () => this.#draw(),
      });
    }
    this.#tabs.tell({ type: 'here', share, conversation });
  }

  #became(status: ShareStatus): void {
    if (status.state === 'ended') this.#stopHere();
    if (!this.#page?.grant) this.#tools?.release();
    this.#draw();
  }

  /** Ends on this page; the rest of the share is the server's. */
  #stopHere(): void {
    const page = this.#page;
    const tools = this.#tools;
    this.#page = undefined;
    this.#tools = undefined;
    page?.stop();
    tools?.stop();
    this.#draw();
  }

  /** The visitor ends it: here and in the other tabs at once, then durably. */
  #end(scope: Scope, why: EndWhy): void {
    const share = this.#page?.share ?? this.#state?.id;
    if (share === undefined) return;
    if (scope === 'view') {
      this.#stopHere();
      rememberEnded(this.#handover.settings.site, share);
      this.#tabs.tell({ type: 'ended', share });
    } else {
      // The server takes the leave back as well; until its word has come nothing is done here any more.
      this.#tools?.release();
      this.#page?.withdraw();
    }
    this.#tellEnd(scope, share, why);
  }

  #tellEnd(scope: Scope, share: string, why: EndWhy): void {
    const key = `${scope} ${share}`;
    if (this.#telling.has(key)) return;
    this.#telling.add(key);
    void this.#client.command({ type: 'co-browse.end', share, scope, why }).then((taken) => {
      this.#telling.delete(key);
      if (taken === 'later' && !this.#isOver) setTimeout(() => this.#tellEnd(scope, share, why), AGAIN_MS);
    });
  }

  #leaveToNext(): void {
    const page = this.#page;
    const left = page && { share: page.share, conversation: page.conversation, tab: this.#tab };
    leave(this.#handover.settings.site, left, Date.now());
  }

  #heard(news: TabNews): void {
    const { share } = news;
    const page = this.#page;
    if (news.type === 'ended' && page?.share === share) this.#stopHere();
    else if (news.type === 'who' && page)
      this.#tabs.tell({ type: 'here', share: page.share, conversation: page.conversation });
    // Another tab is shared: so is this one, if the log says the same (CO8).
    else if (news.type === 'here' && !page && this.#state?.state === 'allowed' && this.#state.id === share) {
      if (!wasEnded(this.#handover.settings.site, share)) this.#begin(share, news.conversation);
    }
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !event.isTrusted || this.view.escape()) return;
    if (this.#page?.grant) this.#end('control', 'escape');
  }

  #names(): string[] {
    const status = this.#page?.status;
    const viewers = status?.state === 'live' ? status.viewers : [];
    const agents = viewers.length > 0 || !this.#state ? viewers : [this.#state.agent];
    return agents.map(({ name }) => name);
  }

  #seen(): Seen {
    const waits = this.#tools?.isPaused ?? false;
    return { question: this.#question(), page: this.#page, names: this.#names(), waits };
  }

  #draw(): void {
    if (!this.#isOver) this.view.draw();
  }
}
