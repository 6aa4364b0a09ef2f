import { type ReadonlySignal, computed, effect, signal, untracked } from '@preact/signals';
import type {
  AgentClient,
  ChosenPresence,
  ColleagueRow,
  ConnectionStatus,
  ConversationRow,
  DeskRow,
  Ending,
  MeRow,
  OfferRow,
  Outcome,
  QueueRow,
} from '@alongside/sdk/agent';
import type { Clock } from '@alongside/sdk/shared';
import { observed } from '../ui/observed.ts';
import type { Api, Identity } from './api.ts';
import { Notices } from './notices.ts';
import { OpenConversation } from './open-conversation.ts';
import type { Preferences } from './preferences.ts';
import { type Asked, refusalWords } from './refusal-words.ts';
import { Passing } from './passing.ts';
import { type Place, placesFor } from './place.ts';
import type { Registration } from './registration.ts';
import type { Router } from './router.ts';
import { SiteLists } from './site-lists.ts';
import { type Ticker, startTicker } from './ticker.ts';

/** Conversations that stay live behind the one that is shown, so that coming back is at once. */
const KEPT_OPEN_MAX = 8;

export interface WorkspaceParts {
  client: AgentClient;
  api: Api;
  clock: Clock;
  identity: Identity;
  preferences: Preferences;
  router: Router;
  registrations: readonly Registration[];
  /** Parts beside the inbox. */
  places?: readonly Place[];
}

/** Everything that the signed-in console shows and does; each screen reads its signals and calls its methods. */
export class Workspace {
  readonly client: AgentClient;
  readonly api: Api;
  readonly clock: Clock;
  readonly identity: Identity;
  readonly preferences: Preferences;
  readonly router: Router;
  readonly registrations: readonly Registration[];
  /** Those that this agent may enter. */
  readonly places: readonly Place[];
  readonly notices: Notices;
  readonly ticker: Ticker;
  readonly connection: ReadonlySignal<ConnectionStatus>;
  /** `memory`: a reload loses what was not sent yet. */
  readonly storage: ReadonlySignal<AgentClient['storage']['value']>;
  /** Undefined until the desk has come. */
  readonly me: ReadonlySignal<MeRow | undefined>;
  readonly conversations: ReadonlySignal<readonly ConversationRow[]>;
  /** Offers that still stand, the one that ends first on top. */
  readonly offers: ReadonlySignal<readonly OfferRow[]>;
  /** Those who can take something first, then by name. */
  readonly colleagues: ReadonlySignal<readonly ColleagueRow[]>;
  readonly queues: ReadonlySignal<readonly QueueRow[]>;
  /** What the site has set up for agents. */
  readonly lists: SiteLists;
  /** Passing work on to others. */
  readonly passing: Passing;
  readonly #selected = signal<OpenConversation | undefined>(undefined);
  readonly #open = new Map<string, OpenConversation>();
  #lastOffers: readonly OfferRow[] = [];
  readonly #withdrawn = signal<ReadonlySet<string>>(new Set());
  readonly #stops: (() => void)[] = [];

  constructor(parts: WorkspaceParts) {
    this.client = parts.client;
    this.api = parts.api;
    this.clock = parts.clock;
    this.identity = parts.identity;
    this.preferences = parts.preferences;
    this.router = parts.router;
    this.registrations = parts.registrations;
    this.places = placesFor(parts.places ?? [], parts.identity.role);
    this.notices = new Notices(parts.clock);
    this.ticker = startTicker(parts.clock, parts.client.clockOffset);
    const connection = observed(parts.client.connection);
    const storage = observed(parts.client.storage);
    const desk = observed(parts.client.desk);
    this.connection = connection.signal;
    this.storage = storage.signal;
    const rows = desk.signal;
    this.me = computed(() => rowsOf(rows.value, 'me')[0]);
    this.conversations = computed(() => inOrder(rowsOf(rows.value, 'conversation')));
    this.offers = computed(() => this.#standing(rowsOf(rows.value, 'offer')));
    this.colleagues = computed(() => byReadiness(rowsOf(rows.value, 'colleague')));
    this.queues = computed(() => rowsOf(rows.value, 'queue'));
    this.lists = new SiteLists(parts.api);
    this.passing = new Passing(parts.client, this.notices);
    this.#stops.push(this.passing.follow(this.conversations), this.#followMentions());
    void this.lists.refresh('tags');
    this.#stops.push(connection.stop, storage.stop, desk.stop, this.ticker.stop, this.#followRoute(), () => {
      parts.router.stop();
    });
  }

  /** The conversation that is shown. */
  get selected(): ReadonlySignal<OpenConversation | undefined> {
    return this.#selected;
  }

  /** The inbox row of a conversation; undefined for one that was found by a search. */
  rowOf(conversation: string): ConversationRow | undefined {
    return this.conversations.value.find((row) => row.conversation === conversation);
  }

  /** Something is at hand, so that one cannot simply go. */
  get hasWork(): boolean {
    return this.conversations.value.some(({ state }) => state === 'active' || state === 'wrap-up');
  }

  show(conversation: string | undefined, entry?: number): void {
    const moved = this.router.go({
      ...(conversation && { conversation }),
      ...(entry !== undefined && { entry }),
    });
    if (!moved && entry !== undefined) void this.#selected.value?.pointAt(entry);
  }

  /** Shows the next (`1`) or previous (`-1`) conversation of the inbox. */
  step(by: 1 | -1): void {
    const rows = this.conversations.value;
    const at = rows.findIndex((row) => row.conversation === this.#selected.value?.id);
    const next = at < 0 ? rows.at(by > 0 ? 0 : -1) : rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (next) this.show(next.conversation);
  }

  /** `next`: once the chats at hand are done; until then nothing new comes. */
  async setPresence(presence: ChosenPresence, reason?: string, next = false): Promise<void> {
    this.#tell(await this.client.setPresence(presence, reason, next || undefined), 'status');
  }

  /** Marks a conversation by a tag of the site, or no longer. */
  async tag(conversation: OpenConversation, tag: string, on: boolean): Promise<void> {
    this.#tell(await conversation.handle.tag(tag, on));
  }

  /** Takes the work; true when it is ours now. */
  async accept(offer: OfferRow): Promise<boolean> {
    const outcome = await this.client.accept(offer.item, offer.offer);
    if (outcome.ok) {
      this.#withdraw(offer);
      this.show(offer.conversation);
      this.#selected.value?.requestFocus();
      return true;
    }
    if (outcome.refusal.code === 'stale') {
      this.#withdraw(offer);
      this.notices.say('This chat is no longer offered.');
    } else {
      this.#tell(outcome);
    }
    return false;
  }

  /** Whether it was accepted or declined here, also where the answer came too late. */
  hasAnswered(offer: OfferRow): boolean {
    return this.#withdrawn.peek().has(offer.offer);
  }

  async decline(offer: OfferRow): Promise<void> {
    this.#withdraw(offer);
    const outcome = await this.client.decline(offer.item, offer.offer);
    // It had ended anyway: nothing is left to tell.
    if (!outcome.ok && outcome.refusal.code !== 'stale') this.#tell(outcome);
  }

  /** Ends the sitting; true when it is done. */
  async finish(conversation: OpenConversation, ending?: Ending): Promise<boolean> {
    const outcome = await conversation.handle.finish(ending);
    this.#tell(outcome, 'finish');
    return outcome.ok;
  }

  /** Tells that the wrap-up is done; the code may be left out. */
  async endWrapUp(item: string, code?: string): Promise<void> {
    this.#tell(await this.client.endWrapUp(item, code), 'wrap-up');
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops) stop();
    for (const conversation of this.#open.values()) conversation.close();
    this.#open.clear();
    await this.client.stop();
  }

  #tell(outcome: Outcome, asked?: Asked): void {
    if (!outcome.ok) this.notices.say(refusalWords(outcome.refusal.code, asked), 'problem');
  }

  /** The desk takes an answered offer away itself, a little later than the eye expects. */
  #withdraw(offer: OfferRow): void {
    this.#withdrawn.value = new Set([...this.#withdrawn.value, offer.offer]);
  }

  /** The same list as before while nothing changed: time passes each second, and not everything need follow. */
  #standing(offers: OfferRow[]): readonly OfferRow[] {
    const standing = offers
      .filter((row) => row.expiresAt > this.ticker.now.value && !this.#withdrawn.value.has(row.offer))
      .sort((a, b) => a.expiresAt - b.expiresAt);
    const same =
      standing.length === this.#lastOffers.length &&
      standing.every((row, index) => row === this.#lastOffers[index]);
    if (!same) this.#lastOffers = standing;
    return this.#lastOffers;
  }

  /** A conversation that is opened has been looked at: what a colleague asked for there is no news any more. */
  #followMentions(): () => void {
    return effect(() => {
      const id = this.#selected.value?.id;
      const mentions = this.me.value?.mentions ?? [];
      if (id === undefined || !mentions.some((each) => each.conversation === id)) return;
      void this.client.seeMentions(id);
    });
  }

  #followRoute(): () => void {
    return effect(() => {
      const { conversation: id, entry } = this.router.route.value;
      untracked(() => {
        const opened = id === undefined ? undefined : this.#openConversation(id);
        this.#selected.value = opened;
        if (opened && entry !== undefined) void opened.pointAt(entry);
      });
    });
  }

  /** The most recently shown last; the longest unseen is closed when there are too many. */
  #openConversation(id: string): OpenConversation {
    const opened = this.#open.get(id) ?? new OpenConversation(id, this.client.open(id));
    this.#open.delete(id);
    this.#open.set(id, opened);
    const [oldest] = this.#open.values();
    if (this.#open.size > KEPT_OPEN_MAX && oldest) {
      this.#open.delete(oldest.id);
      oldest.close();
    }
    return opened;
  }
}

type RowOf<Type extends DeskRow['type']> = Extract<DeskRow, { type: Type }>;

function rowsOf<Type extends DeskRow['type']>(rows: ReadonlyMap<string, DeskRow>, type: Type): RowOf<Type>[] {
  return [...rows.values()].filter((row): row is RowOf<Type> => row.type === type);
}

function byReadiness(rows: ColleagueRow[]): ColleagueRow[] {
  const rank = ({ presence, room = true }: ColleagueRow): number =>
    presence !== 'available' ? 2 : room ? 0 : 1;
  return rows.sort((a, b) => rank(a) - rank(b) || a.agent.name.localeCompare(b.agent.name));
}

/** Those who wait come first, the longest first; then by the last word; what is finished last. */
function inOrder(rows: ConversationRow[]): ConversationRow[] {
  const rank = (row: ConversationRow): number =>
    row.state === 'closed' ? 2 : row.waitingSince === undefined ? 1 : 0;
  return rows.sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (rank(a) === 0 ? (a.waitingSince ?? 0) - (b.waitingSince ?? 0) : (b.lastAt ?? 0) - (a.lastAt ?? 0)) ||
      (a.key < b.key ? -1 : 1),
  );
}
