import type { VisitorClient } from '@alongside/sdk';
import type { ShareState } from '@alongside/sdk/protocol';
import { newId } from '@alongside/sdk/shared';
import { type ShareStatus, type Told, shareAfter } from '@alongside/sdk/sharing';
import { render as renderAny, type ComponentChild } from 'preact';
import type { Handover } from '../loader/handover.ts';
import { listen } from './listen.ts';
import { Consent, type Question, textVersion } from './consent.tsx';
import { type ShareLanguage, fetchShareLanguage, localeOf, shareLanguage } from './language.ts';
import { shareEventOf } from './ledger.tsx';
import { leave, rememberEnded, takeLeft, wasEnded } from './memory.ts';
import { PageShare } from './page-share.ts';
import { Pill } from './pill.tsx';
import { Stage } from './stage.ts';
import { type TabNews, ShareTabs } from './share-tabs.ts';

/** The widget's renderer tells of faults as well: Preact's type does not know that. */
const render = renderAny as (
  child: ComponentChild,
  parent: Element,
  failed: (error: unknown) => void,
) => void;
/** A command that found no answer is given again after this. */
const AGAIN_MS = 3_000;

type EndWhy = 'button' | 'escape' | 'left';

/**
 * Follows the share of the conversation: asks the visitor, shares the page once it was allowed, shows that it is,
 * and ends it. Lives from the first sign of a share to `shutdown`.
 */
export class Sharing {
  readonly #handover: Handover;
  readonly #client: VisitorClient;
  readonly #stops: (() => void)[];
  readonly #tabs: ShareTabs;
  /** This tab's name, on all of its pages. */
  readonly #tab: string;
  language: ShareLanguage;
  #locale = '';
  #state: ShareState | undefined;
  #page: PageShare | undefined;
  #stage: Stage | undefined;
  /** The question that was answered here, so that it does not come again before the log says so. */
  #answered = '';
  /** What this tab may go on with without being asked: allowed here, left by the page before, or by another tab. */
  #leave: string | undefined;
  #fault: string | undefined;
  #outline = false;
  #choosing = false;
  #isOver = false;
  readonly #changed: () => void;

  constructor(handover: Handover, client: VisitorClient, changed: () => void) {
    const { site } = handover.settings;
    this.#handover = handover;
    this.#client = client;
    this.#changed = changed;
    this.language = shareLanguage('en');
    const left = takeLeft(site, Date.now());
    this.#tab = left?.tab ?? newId('tab').replace('_', '-');
    this.#tabs = new ShareTabs(site, (news) => this.#heard(news));
    this.#stops = [
      client.conversation.subscribe(() => this.#look()),
      listen(window, 'pagehide', () => this.#leaveToNext()),
      listen(window, 'keydown', (event) => this.#onKey(event as KeyboardEvent)),
      () => this.#tabs.close(),
    ];
    this.#speak();
    // The page before was shared: this one does not wait for the conversation, the server knows whether it may.
    if (left && !wasEnded(site, left.share)) this.#begin(left.share, left.conversation);
    this.#look();
  }

  /** `shutdown`: the page is shared no more, and nothing of this is left on it. */
  stop(): void {
    if (this.#page) this.#end('view', 'left');
    this.#isOver = true;
    for (const stop of this.#stops) stop();
    this.#draw();
  }

  // What the log says

  #look(): void {
    const { entries, header, id } = this.#client.conversation.value;
    if (id === undefined || this.#isOver) return;
    let state = header.share;
    for (const entry of entries) {
      if ('erased' in entry) continue;
      const body = entry.body.type === 'sitting.closed' ? entry.body : shareEventOf(entry.body);
      if (body) state = shareAfter(state, body);
    }
    this.#state = state;
    const { site } = this.#handover.settings;
    if (state?.state !== 'allowed') {
      // The answer's own entry may be on its way still.
      if (this.#page && this.#leave !== this.#page.share) this.#stopHere();
      if (state === undefined && this.#page) this.#stopHere();
    } else if (wasEnded(site, state.id)) this.#tellEnd('view', state.id, 'button');
    else if (this.#leave === state.id) this.#begin(state.id, id);
    else if (!this.#page) this.#tabs.ask(state.id);
    this.#draw();
  }

  #question(): Question | undefined {
    const state = this.#state;
    if (!state || this.#isOver) return undefined;
    if (state.state === 'asked')
      return this.#answered === state.id || wasEnded(this.#handover.settings.site, state.id)
        ? undefined
        : { scope: 'view', agent: state.agent };
    const { control } = state;
    if (control?.state !== 'asked' || !this.#page || this.#answered === `${state.id} ${control.until ?? 0}`)
      return undefined;
    return { scope: 'control', agent: control.agent };
  }

  async #answer(question: Question, allowed: boolean): Promise<void> {
    const state = this.#state;
    if (!state) return;
    const { scope } = question;
    const text = textVersion(question, this.language);
    const before = this.#answered;
    this.#answered = scope === 'view' ? state.id : `${state.id} ${state.control?.until ?? 0}`;
    this.#fault = undefined;
    this.#draw();
    const conversation = this.#client.conversation.value.id ?? '';
    const taken = await this.#client.command({
      type: 'co-browse.answer',
      share: state.id,
      scope,
      allowed,
      text,
    });
    // Only a consent that is on disk is one (DL17); what could not be told is asked again.
    if (taken !== 'taken') this.#answered = taken === 'later' ? before : this.#answered;
    else if (allowed && scope === 'view' && !this.#isOver) {
      this.#leave = state.id;
      this.#begin(state.id, conversation);
    }
    this.#draw();
  }

  // Sharing

  #begin(share: string, conversation: string): void {
    const { fail, server, settings } = this.#handover;
    if (this.#page?.share === share || this.#isOver) return;
    this.#page?.stop();
    this.#leave = share;
    this.#page = new PageShare({
      ...{ conversation, server, share, fail },
      site: settings.site,
      tab: this.#tab,
      access: () => this.#client.tokenStore.read().access,
      renew: () => this.#client.hurry(),
      changed: (status) => this.#became(status),
      asked: (message) => this.#asked(message),
      cannot: (error) => {
        fail(error);
        this.#fault = this.language.words.cannotStart;
        this.#end('view', 'left');
      },
    });
    this.#tabs.tell({ type: 'here', share, conversation });
    this.#draw();
  }

  #became(status: ShareStatus): void {
    if (status.state === 'ended') this.#stopHere();
    this.#draw();
  }

  #asked(_message: Told<'mark' | 'act' | 'asset-asked'>): void {}

  /** Ends on this page; the rest of the share is the server's. */
  #stopHere(): void {
    const page = this.#page;
    this.#page = undefined;
    this.#leave = undefined;
    page?.stop();
    this.#outline = this.#choosing = false;
    this.#draw();
  }

  /** The visitor ends it: here and in the other tabs at once, then durably. */
  #end(scope: 'view' | 'control', why: EndWhy): void {
    const share = this.#page?.share ?? this.#state?.id;
    if (share === undefined) return;
    if (scope === 'view') {
      this.#stopHere();
      rememberEnded(this.#handover.settings.site, share);
      this.#tabs.tell({ type: 'ended', share });
    }
    this.#tellEnd(scope, share, why);
  }

  #telling = new Set<string>();
  #tellEnd(scope: 'view' | 'control', share: string, why: EndWhy): void {
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
    const { site } = this.#handover.settings;
    if (news.type === 'ended' && this.#page?.share === news.share) this.#stopHere();
    if (news.type === 'who' && this.#page)
      this.#tabs.tell({ type: 'here', share: this.#page.share, conversation: this.#page.conversation });
    // Another tab is shared: so is this one, if the log says the same (CO8).
    if (
      news.type === 'here' &&
      this.#state?.state === 'allowed' &&
      this.#state.id === news.share &&
      !wasEnded(site, news.share)
    )
      this.#begin(news.share, news.conversation);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !event.isTrusted) return;
    if (this.#choosing) this.#setChoosing(false);
    else if (this.#controller() !== undefined) this.#end('control', 'escape');
  }

  #setChoosing(on: boolean): void {
    this.#choosing = on;
    this.#draw();
  }

  // What is seen

  #speak(): void {
    const { settings } = this.#handover;
    const locale = localeOf(settings);
    if (locale === this.#locale) return;
    this.#locale = locale;
    void fetchShareLanguage(locale).then((language) => {
      if (locale !== this.#locale) return;
      this.language = language;
      this.#draw();
      this.#changed();
    });
  }

  #controller(): string | undefined {
    const status = this.#page?.status;
    return status?.state === 'live' ? status.grant?.agent.name : undefined;
  }

  #note(): string | undefined {
    const status = this.#page?.status;
    const { words } = this.language;
    if (status?.state === 'waiting') return words.reconnecting;
    return status?.state === 'live' && !status.followed ? words.otherTab : undefined;
  }

  #names(): string[] {
    const status = this.#page?.status;
    const viewers = status?.state === 'live' ? status.viewers : [];
    const agents = viewers.length > 0 || !this.#state ? viewers : [this.#state.agent];
    return agents.map(({ name }) => name);
  }

  #draw(): void {
    this.#speak();
    const question = this.#question();
    const isShown = !this.#isOver && (question !== undefined || this.#page !== undefined);
    if (!isShown) {
      if (this.#stage) render(null, this.#stage.place, this.#handover.fail);
      this.#stage?.remove();
      this.#stage = undefined;
      return;
    }
    this.#stage ??= new Stage(() => this.#end('view', 'left'));
    const { accent } = this.#handover.settings;
    this.#stage.paint(accent, this.#handover.host.dataset['theme'], this.language.direction);
    render(
      <>
        {this.#page && this.#pill()}
        {question && this.#consent(question)}
      </>,
      this.#stage.place,
      this.#handover.fail,
    );
  }

  #consent(question: Question): ComponentChild {
    return (
      <Consent
        key={question.scope}
        question={question}
        language={this.language}
        fault={this.#fault}
        answer={(allowed) => void this.#answer(question, allowed)}
        preview={() => undefined}
      />
    );
  }

  #pill(): ComponentChild {
    return (
      <Pill
        names={this.#names()}
        controller={this.#controller()}
        note={this.#note()}
        outline={this.#outline}
        choosing={this.#choosing}
        language={this.language}
        stop={() => this.#end('view', 'button')}
        takeBack={() => this.#end('control', 'button')}
        setOutline={(on) => {
          this.#outline = on;
          this.#draw();
        }}
        setChoosing={(on) => this.#setChoosing(on)}
      />
    );
  }
}
