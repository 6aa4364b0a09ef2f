import { assertNever } from '../lib/assert.ts';
import { backoff, fraction } from '../lib/backoff.ts';
import { type CoBrowseVisitorDown, coBrowseVisitorDown } from '../protocol/co-browse-socket.ts';
import { dutyAfterClose } from '../protocol/duties.ts';
import { ANSWER_TIMEOUT_MS, RECONNECT_FIRST_MS, RECONNECT_MAX_MS } from '../protocol/limits.ts';
import { INCREMENTAL, type PageEvent } from './page-events.ts';
import { VisitorFrames, isPointer, jsonText } from './visitor-frames.ts';
import type { Link, Said, ShareOptions, ShareSocket, Told } from './visitor-share-ports.ts';

/** The relay pings at least twice in this time. */
const SILENCE_MAX_MS = 60_000;
/** A socket with more than this on its way is behind: pointers are dropped, then all but the newest snapshot. */
const BEHIND_CHARACTERS = 64 * 1024;
const FAR_BEHIND_CHARACTERS = 2_000_000;
const CATCH_UP_EVERY_MS = 250;
const POINTERS_MAX = 10;

/**
 * A shared page's side of its socket: says hello, sends numbered frames and keeps them until they are acknowledged,
 * comes back by itself and goes on where the relay stopped. It records nothing: what it sends it is given.
 */
export class VisitorShare {
  readonly #options: ShareOptions;
  readonly #frames: VisitorFrames;
  #link: Link = { name: 'idle' };
  #tries = 0;
  /** Counts connections, so that an older one changes nothing. */
  #connection = 0;
  #stopTimer: (() => void) | undefined;
  #stopCatchUp: (() => void) | undefined;
  /** What was dropped can only be made good by a snapshot. */
  #needsSnapshot = false;
  #pageState: Said<'page-state'> | undefined;

  constructor(options: ShareOptions) {
    this.#options = options;
    this.#frames = new VisitorFrames(options.stream);
  }

  /** Connects, and from then on comes back by itself until it is stopped or the share ends. */
  start(): void {
    if (this.#link.name === 'idle') this.#connect();
  }

  /** Ends at once: nothing is sent from now on. */
  stop(): void {
    if (this.#link.name !== 'ended') this.#end('stopped');
  }

  /** Tries at once instead of after the wait: the page was shown again, or came out of the browser's cache. */
  hurry(): void {
    if (this.#link.name === 'waiting') this.#connect();
  }

  /** Sends what the recorder saw. Positions of the pointer may be lost, all else is not. */
  send(events: readonly PageEvent[]): void {
    if (this.#link.name === 'ended') return;
    const pointers = events.filter(isPointer);
    const content = events.filter((event) => !isPointer(event));
    if (content.length > 0) this.#sendContent(content);
    if (pointers.length > 0) this.#sendPointers(pointers);
  }

  /** What the page does now; told again after each reconnect. */
  tell(state: Said<'page-state'>): void {
    this.#pageState = state;
    this.#write(state);
  }

  /** Characters that were sent and have not left yet. */
  get buffered(): number {
    return this.#link.name === 'live' ? this.#link.socket.buffered : 0;
  }

  /** Answers to what was asked; lost without a connection, like the question. */
  answer(message: Said<'acted' | 'asset'>): void {
    this.#write(message);
  }

  #write(message: object): void {
    if (this.#link.name === 'live') this.#link.socket.send(jsonText(message));
  }

  #sendPointers(events: readonly PageEvent[]): void {
    const link = this.#link;
    if (link.name !== 'live' || !link.followed || link.socket.buffered > BEHIND_CHARACTERS) return;
    this.#write({ type: 'pointer', stream: this.#options.stream, events: events.slice(-POINTERS_MAX) });
  }

  #sendContent(events: readonly PageEvent[]): void {
    const link = this.#link;
    if (this.#needsSnapshot) {
      const from = events.findIndex(({ type }) => type !== INCREMENTAL);
      if (from < 0) return;
      this.#needsSnapshot = false;
      this.#sendContent(events.slice(from));
      return;
    }
    const messages = this.#frames.add(events);
    if (!messages || this.#frames.isFull) {
      this.#drop();
      return;
    }
    if (link.name !== 'live') return;
    if (link.socket.buffered > FAR_BEHIND_CHARACTERS) this.#drop();
    else for (const message of messages) link.socket.send(message);
  }

  /** Nothing of what waits is sent any more; a snapshot follows as soon as there is room for it. */
  #drop(): void {
    this.#frames.drop();
    this.#needsSnapshot = true;
    this.#catchUp();
  }

  #catchUp(): void {
    this.#stopCatchUp ??= this.#options.clock.after(CATCH_UP_EVERY_MS, () => {
      this.#stopCatchUp = undefined;
      const link = this.#link;
      if (!this.#needsSnapshot || link.name !== 'live' || !link.followed) return;
      if (link.socket.buffered > BEHIND_CHARACTERS) this.#catchUp();
      else this.#options.snapshot(false);
    });
  }

  // The connection

  #to(link: Link): void {
    this.#link = link;
    const { changed } = this.#options;
    switch (link.name) {
      case 'idle':
      case 'greeting': {
        changed({ state: 'connecting' });
        return;
      }
      case 'live': {
        const { followed, viewers, grant } = link;
        changed({ state: 'live', followed, viewers, grant });
        return;
      }
      case 'waiting': {
        changed({ state: 'waiting' });
        return;
      }
      case 'ended': {
        changed({ state: 'ended', reason: link.reason });
        return;
      }
      default:
        return assertNever(link);
    }
  }

  #connect(): void {
    const number = this.#leave();
    const mine = (then: () => void): void => {
      if (number === this.#connection) then();
    };
    const socket = this.#options.socket(`${this.#options.server}/v1/co-browse`, {
      opened: () => mine(() => this.#greet(socket)),
      message: (text) => mine(() => this.#read(text, socket)),
      closed: (code) => mine(() => this.#closed(code)),
    });
    this.#to({ name: 'greeting', socket });
    this.#arm(ANSWER_TIMEOUT_MS);
  }

  /** Lets go of the socket that there is; answers the number of the next one. */
  #leave(): number {
    const link = this.#link;
    if ('socket' in link) link.socket.close();
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    return ++this.#connection;
  }

  #arm(milliseconds: number): void {
    this.#stopTimer?.();
    this.#stopTimer = this.#options.clock.after(milliseconds, () => this.#lost());
  }

  #greet(socket: ShareSocket): void {
    const { access, conversation, share, site, stream, tab } = this.#options;
    const token = access();
    if (token === undefined) {
      this.#renewAndWait();
      return;
    }
    const hello: Said<'hello'> = {
      type: 'hello',
      role: 'visitor',
      ...{ site, conversation, share, tab, stream },
      access: token,
      // The relay says how far it has come; what this page remembers of it is only a hint.
      acknowledged: 0,
    };
    socket.send(jsonText(hello));
  }

  #renewAndWait(): void {
    this.#options.renew();
    this.#lost();
  }

  #closed(code: number): void {
    const duty = dutyAfterClose(code);
    if (duty === 'stop') this.#end(String(code));
    else if (duty === 're-authenticate') this.#renewAndWait();
    else this.#lost();
  }

  #lost(): void {
    this.#leave();
    const { clock, random } = this.#options;
    const wait = backoff(++this.#tries, RECONNECT_FIRST_MS, RECONNECT_MAX_MS, fraction(random));
    this.#to({ name: 'waiting' });
    this.#stopTimer = clock.after(wait, () => this.#connect());
  }

  #end(reason: string): void {
    this.#leave();
    this.#stopCatchUp?.();
    this.#frames.drop();
    this.#to({ name: 'ended', reason });
  }

  #read(text: string, socket: ShareSocket): void {
    let message: CoBrowseVisitorDown;
    try {
      message = coBrowseVisitorDown.decode(JSON.parse(text), '');
    } catch {
      // Of a newer relay: passed over.
      return;
    }
    if (this.#link.name === 'live') this.#arm(SILENCE_MAX_MS);
    if (message.type === 'welcome') this.#welcomed(message, socket);
    else if (message.type === 'ended') this.#end(message.reason);
    else if (this.#link.name === 'live') this.#heard(message, this.#link);
  }

  #welcomed({ acknowledged, followed, grant, viewers }: Told<'welcome'>, socket: ShareSocket): void {
    this.#tries = 0;
    this.#arm(SILENCE_MAX_MS);
    this.#frames.acknowledged(acknowledged);
    this.#to({ name: 'live', socket, followed, viewers, grant });
    if (this.#pageState) this.#write(this.#pageState);
    if (this.#frames.last === 0 || this.#needsSnapshot) {
      this.#catchUp();
      return;
    }
    const missing = this.#frames.after(acknowledged);
    if (missing) for (const each of missing) socket.send(each);
    else {
      this.#frames.drop();
      this.#needsSnapshot = true;
      this.#options.snapshot(true);
    }
  }

  #heard(
    message: Exclude<CoBrowseVisitorDown, Told<'welcome' | 'ended'>>,
    link: Extract<Link, { name: 'live' }>,
  ): void {
    switch (message.type) {
      case 'ack':
        if (message.stream === this.#options.stream) this.#frames.acknowledged(message.seq);
        return;
      case 'snapshot-asked': {
        this.#options.snapshot(message.urgent === true);
        return;
      }
      case 'viewers': {
        this.#to({ ...link, viewers: message.agents });
        return;
      }
      case 'grant': {
        this.#to({ ...link, grant: message.grant });
        return;
      }
      case 'followed':
        if (message.followed !== link.followed) this.#to({ ...link, followed: message.followed });
        return;
      case 'ping': {
        this.#write({ type: 'pong' });
        return;
      }
      case 'mark':
      case 'act':
      case 'asset-asked': {
        this.#options.asked(message);
        return;
      }
      default:
        return assertNever(message);
    }
  }
}
