import { newId } from '../lib/ids.ts';
import { oneAtATime } from '../lib/one-at-a-time.ts';
import { type VisitorDown, visitorDown } from '../protocol/index.ts';
import type { ClientPorts } from './client-ports.ts';
import type { ConnectionStatus } from './connection-status.ts';
import { ForwardedRequests } from './forwarded-requests.ts';
import { LeaderWatch } from './leader-watch.ts';
import { watchPageLife } from './page-life.ts';
import type { Frame } from './relay-connection.ts';
import { type TabMessage, type Told, type Untold, openedAs } from './tab-messages.ts';
import { tabOpened } from './tab-schema.ts';
import type { TabChannel, TabPorts, TabSeat } from './tabs.ts';

/** A page that leads and does not answer for this long is frozen: its lock is taken. */
const SILENCE_MAX_MS = 1_500;
/** Without an identity, so that a browser's first pages do not make two while their page is busy loading. */
const SILENCE_MAX_UNKNOWN_MS = 10_000;
const STATES: readonly string[] = [
  'connecting',
  'online',
  'reconnecting',
  'offline',
  'stopped',
] satisfies ConnectionStatus['state'][];

type OpenedTabs = Pick<TabPorts, 'locks'> & { channel: TabChannel };

/**
 * One page among several of its browser (DL8). The one that holds the lock leads: it has the connection and alone
 * sends from the outbox, which all share. The others run the same client, but their frames go through the leader,
 * and what it receives they receive as well. The lock alone decides who leads; messages only tell.
 */
export class TabGroup {
  readonly #name: string;
  readonly #seat: TabSeat;
  readonly #ports: ClientPorts;
  readonly #tabs: OpenedTabs;
  readonly #me: string;
  readonly #watch: LeaderWatch;
  readonly #stops: (() => void)[] = [];
  /** Whom this page follows, and whether it said that it is online. */
  #leader: string | undefined;
  #leaderOnline = false;
  /** The leader gave us the conversation; what it passed on before that would stand alone. */
  #joined = false;
  /** Counts what was asked of the lock, so that an older answer is let go. */
  #claim = 0;
  #stopWaiting: AbortController | undefined;
  /** Takes over what another page has changed in the store. */
  readonly #refresh: () => void;
  readonly #requests = new ForwardedRequests();
  #asleep = false;
  #over = false;

  constructor(name: string, seat: TabSeat, ports: ClientPorts, tabs: OpenedTabs) {
    this.#name = name;
    this.#seat = seat;
    this.#ports = ports;
    this.#tabs = tabs;
    this.#refresh = oneAtATime(() => seat.outbox.refresh());
    this.#me = newId('tab', ports.random);
    this.#watch = new LeaderWatch(ports.clock, {
      ask: () => this.#post({ type: 'ask' }),
      silenceMaxMs: () =>
        seat.tokens.read().refresh === undefined ? SILENCE_MAX_UNKNOWN_MS : SILENCE_MAX_MS,
      silent: () => this.#overtake(),
    });
    tabs.channel.onmessage = ({ data }) => this.#read(data);
    seat.saved = () => {
      this.#post({ type: 'saved' });
      this.#askLeader();
    };
    seat.heard = (frame) => this.#down(frame);
    this.#stops.push(
      seat.status.subscribe(() => this.#tell(false)),
      seat.storage.subscribe(() => this.#checkStorage()),
      ports.surroundings.watch((event) => {
        if (event !== 'shown') return;
        this.#askLeader();
        seat.tellPage();
      }),
      watchPageLife({ sleeps: () => this.#sleep(), wakes: () => this.#wake() }),
    );
    if (seat.release) this.#tell(true);
    else this.#follow();
    this.#checkStorage();
  }

  /** Another page took the lock, because this one did not answer. */
  overtaken(): void {
    if (this.#over) return;
    this.#post({ type: 'gone' });
    this.#follow();
  }

  stop(): void {
    this.#over = true;
    this.#claim++;
    this.#stopWaiting?.abort();
    this.#watch.stop();
    for (const stop of this.#stops) stop();
    Object.assign(this.#seat, { send: undefined, heard: undefined, saved: undefined, hurry: undefined });
    this.#tabs.channel.close();
    this.#seat.release?.();
  }

  // The lock

  #follow(): void {
    const seat = this.#seat;
    this.#asleep = false;
    seat.release = undefined;
    this.#leader = undefined;
    this.#leaderOnline = false;
    seat.relay.stop();
    seat.lost();
    seat.send = (frame) => this.#up(frame);
    seat.hurry = () => {
      this.#post({ type: 'hurry' });
      this.#askLeader();
    };
    this.#stopWaiting?.abort();
    this.#stopWaiting = new AbortController();
    this.#request({ signal: this.#stopWaiting.signal });
    this.#refresh();
    this.#watch.ask();
  }

  /** The lock is ours. */
  #lead(): Promise<void> {
    const seat = this.#seat;
    this.#watch.stop();
    this.#leader = undefined;
    seat.send = undefined;
    seat.hurry = undefined;
    const held = new Promise<void>((resolve) => (seat.release = resolve));
    seat.lost();
    seat.relay.start();
    this.#tell(true);
    return held;
  }

  #overtake(): void {
    this.#stopWaiting?.abort();
    this.#request({ steal: true });
  }

  #request(options: { steal: true } | { signal: AbortSignal }): void {
    const claim = ++this.#claim;
    const granted = (): Promise<void> | undefined => (claim === this.#claim ? this.#lead() : undefined);
    this.#tabs.locks.request(this.#name, options, granted).catch(() => {
      if (claim !== this.#claim) return;
      if (this.#seat.release) this.overtaken();
      else this.#leave();
    });
  }

  /** From now on this page connects by itself. */
  #leave(): void {
    this.stop();
    this.#seat.release = undefined;
    this.#seat.relay.start();
  }

  /** Where nothing can be kept, another page cannot send what is written here. */
  #checkStorage(): void {
    if (this.#seat.storage.value === 'memory' && !this.#over) this.#leave();
  }

  /** A page that goes or is put to sleep neither leads nor waits to. */
  #sleep(): void {
    const seat = this.#seat;
    const { release } = seat;
    this.#asleep = true;
    this.#claim++;
    this.#stopWaiting?.abort();
    this.#watch.stop();
    if (!release) return;
    seat.release = undefined;
    seat.relay.stop();
    seat.lost();
    release();
  }

  #wake(): void {
    if (this.#asleep) this.#follow();
  }

  #askLeader(): void {
    if (!this.#seat.release && !this.#asleep) this.#watch.ask();
  }

  // Messages

  #post(message: Untold): void {
    try {
      this.#tabs.channel.postMessage({ ...message, from: this.#me });
    } catch {
      // A channel that is closed: the page is going.
    }
  }

  /** The page's own scripts can write here too: what does not decode is passed over. */
  #read(data: unknown): void {
    const message = data as TabMessage | null;
    if (this.#over || typeof message?.from !== 'string') return;
    try {
      if (message.type === 'saved') this.#refresh();
      else if (this.#seat.release) this.#readAsLeader(message);
      else this.#readAsFollower(message);
    } catch {
      // Not one of ours.
    }
  }

  #readAsLeader(message: TabMessage): void {
    if (message.type === 'ask') this.#tell(false);
    else if (message.type === 'hurry') this.#seat.relay.hurry();
    else if (message.type === 'join') this.#open(message);
    else if (message.type === 'up' && message.to === this.#me) {
      const frame = this.#requests.forwarded(message.from, message.frame);
      if (frame) this.#seat.relay.send(frame);
    }
  }

  #readAsFollower(message: TabMessage): void {
    if (message.type === 'here') this.#found(message);
    if (message.from !== this.#leader) return;
    this.#watch.heard();
    if (message.type === 'gone') {
      this.#leader = undefined;
      this.#watch.ask();
    }
    if ('to' in message && message.to !== this.#me) return;
    if (message.type === 'opened') this.#opened(message);
    else if (message.type === 'down' && this.#joined)
      this.#seat.received(visitorDown.decode(message.frame, ''));
  }

  // As leader

  #tell(fresh: boolean): void {
    const { release, status } = this.#seat;
    if (!release) return;
    if (status.value.state !== 'online') this.#requests.lost();
    this.#post({ type: 'here', status: status.value, fresh });
  }

  /** Gives a page the conversation as this one has it. */
  #open({ from, position: asked }: Told<'join'>): void {
    const { session, tokens, availability } = this.#seat;
    const mine = session.position;
    if (!mine) return;
    const opened = openedAs(mine, session, asked);
    this.#post({ type: 'opened', to: from, opened, tokens: tokens.read() });
    const { value } = availability;
    if (value) this.#post({ type: 'down', to: from, frame: { type: 'availability', ...value } });
  }

  /** Passes on what this page received. */
  #down(received: VisitorDown): void {
    const passed = this.#seat.release && this.#requests.passed(received);
    if (passed) this.#post({ type: 'down', ...passed });
  }

  // As follower

  #found({ from, status, fresh }: Told<'here'>): void {
    // One that was overtaken and does not know it yet may still speak.
    if (this.#leader !== undefined && this.#leader !== from && !fresh) return;
    if (!STATES.includes(status.state)) return;
    const isOnline = status.state === 'online';
    const isNew = this.#leader !== from || this.#leaderOnline !== isOnline;
    this.#leader = from;
    this.#leaderOnline = isOnline;
    this.#seat.status.value = status;
    if (!isNew) return;
    this.#joined = false;
    this.#seat.lost();
    this.#post({ type: 'join', position: this.#seat.session.position });
  }

  #opened({ opened, tokens }: Told<'opened'>): void {
    const kept = this.#seat.tokens;
    const { access, refresh } = tokens;
    if (typeof access === 'string' && typeof refresh === 'string' && refresh !== kept.read().refresh) {
      kept.write({ access, refresh });
    }
    this.#seat.lost();
    this.#seat.opened(tabOpened.decode(opened, ''));
    this.#joined = true;
    if (typeof document === 'undefined' || !document.hidden) this.#seat.tellPage();
  }

  #up(frame: Frame): void {
    if (this.#leader !== undefined) this.#post({ type: 'up', to: this.#leader, frame });
    this.#askLeader();
  }
}
