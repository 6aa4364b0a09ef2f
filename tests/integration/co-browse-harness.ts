// Over 300 lines: server, agent and visitor of one kind of test, who know each other.
/** A real server with the real desk, an agent who has a visitor's conversation, and raw sockets of `/v1/co-browse`. */
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { type RunningApp, startApp } from '../../server/src/app.ts';
import { type Capabilities, type CapabilityPorts, openCapabilities } from '../../server/src/capabilities.ts';
import { readConfig } from '../../server/src/lib/config.ts';
import { type Limits, demoLimits } from '../../server/src/lib/limits.ts';
import { createLogger } from '../../server/src/lib/logger.ts';
import { type ShareLimits, defaultShareLimits } from '../../server/src/lib/share-limits.ts';
import { coBrowseAgentDown, coBrowseVisitorDown } from '../../sdk/src/protocol/index.ts';
import { type Clock, newCommandId, newId, systemClock } from '../../sdk/src/shared.ts';
import { newTicket, signIn } from '../support/agent-session.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const WAIT_MS = 30_000;

export type Frame = Record<string, unknown> & { type: string };

export interface ShareServerOptions {
  shares?: Partial<ShareLimits>;
  limits?: Partial<Limits>;
  environment?: Record<string, string>;
  dataFolder?: string;
  /** What was built is served, for real browsers; otherwise pages that say nothing. */
  isBuilt?: boolean;
  capabilities?: (ports: CapabilityPorts) => Capabilities;
}

/** The machine's clock, which a test can put forward. */
export class SkippingClock implements Clock {
  #skipped = 0;

  skip(milliseconds: number): void {
    this.#skipped += milliseconds;
  }

  now(): number {
    return systemClock.now() + this.#skipped;
  }

  monotonic(): number {
    return systemClock.monotonic() + this.#skipped;
  }

  after(milliseconds: number, then: () => void): () => void {
    return systemClock.after(milliseconds, then);
  }
}

/** A socket that says what a test tells it to, and keeps what it hears. */
export class Wire {
  readonly socket: WebSocket;
  readonly frames: Frame[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly opened: Promise<void>;
  answersPings = true;
  /** Frames that a client of ours could not read. */
  readonly problems: string[] = [];
  #taken = 0;
  #wake: () => void = () => undefined;
  readonly #decode: ((value: unknown) => unknown) | undefined;

  constructor(
    url: string,
    headers: Record<string, string> = {},
    role?: 'visitor' | 'agent',
    options: { perMessageDeflate?: boolean } = {},
  ) {
    const down = role === 'visitor' ? coBrowseVisitorDown : coBrowseAgentDown;
    this.#decode = role && ((value) => down.decode(value, ''));
    this.socket = new WebSocket(url, { headers, ...options });
    this.opened = once(this.socket, 'open').then(() => undefined);
    this.opened.catch(() => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#wake();
      });
    });
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Frame;
      try {
        this.#decode?.(frame);
      } catch (error) {
        this.problems.push(`${String(error)}: ${JSON.stringify(frame).slice(0, 300)}`);
      }
      if (frame.type === 'ping' && this.answersPings) this.send({ type: 'pong' });
      this.frames.push(frame);
      this.#wake();
    });
  }

  send(frame: object): void {
    this.socket.send(JSON.stringify(frame));
  }

  /** The next frame that matches, in order; those before it are passed over. */
  async next(what: string | ((frame: Frame) => boolean)): Promise<Frame> {
    const matches = typeof what === 'string' ? (frame: Frame) => frame.type === what : what;
    const deadline = AbortSignal.timeout(WAIT_MS);
    for (;;) {
      while (this.#taken < this.frames.length) {
        const frame = this.frames[this.#taken++];
        if (frame && matches(frame)) return frame;
      }
      await new Promise<void>((resolve, reject) => {
        this.#wake = resolve;
        const types = this.frames.map(({ type }) => type).join(' ');
        const fail = (): void => reject(new Error(`no ${String(what)} came; there were: ${types}`));
        deadline.addEventListener('abort', fail, { once: true });
        if (this.socket.readyState === WebSocket.CLOSED) fail();
      });
    }
  }

  /** Frames of a type so far. */
  all(type: string): Frame[] {
    return this.frames.filter((frame) => frame.type === type);
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}

/** A server, as far as people meet at it. */
export interface Place {
  readonly url: string;
  readonly app: Pick<RunningApp, 'signInLink'>;
  wire(path: string, headers?: Record<string, string>, role?: 'visitor' | 'agent'): Wire;
}

/** A signed-in agent with a relay socket. */
export class Agent {
  readonly server: Place;
  readonly cookie: string;
  readonly id: string;
  readonly relay: Wire;

  private constructor(server: Place, cookie: string, id: string, relay: Wire) {
    this.server = server;
    this.cookie = cookie;
    this.id = id;
    this.relay = relay;
  }

  /** The same browser at another process of the same centre. */
  movedTo(server: Place): Agent {
    return new Agent(server, this.cookie, this.id, this.relay);
  }

  static async signIn(server: Place, name: string): Promise<Agent> {
    const { cookie, agent } = await signIn(server.url, await server.app.signInLink(name));
    const relay = server.wire('/v1/relay', { cookie, origin: server.url });
    await relay.opened;
    const protocol = { min: 1, max: 3 };
    const ticket = await newTicket(server.url, cookie);
    relay.send({ type: 'hello', protocol, role: 'agent', device: newId('dev'), ticket });
    await relay.next('welcome');
    return new Agent(server, cookie, agent.id, relay);
  }

  /** Sends a command; answers its ack or refusal. */
  async command(body: object, conversation?: string): Promise<Frame> {
    const id = newCommandId(Date.now());
    this.relay.send({ type: 'command', id, ...(conversation !== undefined && { conversation }), body });
    return this.relay.next((frame) => frame['id'] === id);
  }

  ticket(): Promise<string> {
    return newTicket(this.server.url, this.cookie);
  }

  /** A socket of a viewer, with its hello sent. */
  async view(share: string, conversation: string, more: object = {}): Promise<Wire> {
    const wire = this.server.wire('/v1/co-browse', { cookie: this.cookie, origin: this.server.url }, 'agent');
    await wire.opened;
    wire.send({ type: 'hello', role: 'agent', ticket: await this.ticket(), conversation, share, ...more });
    return wire;
  }

  async signOut(): Promise<void> {
    const headers = { cookie: this.cookie, 'content-type': 'application/json' };
    await fetch(`${this.server.url}/v1/sign-out`, { method: 'POST', headers, body: '{}' });
  }
}

/** A visitor with a relay socket. */
export class Visitor {
  readonly server: Place;
  readonly relay: Wire;
  readonly conversation: string;
  readonly access: string;
  readonly origin: string | undefined;
  #n = 0;

  private constructor(server: Place, relay: Wire, welcome: Frame, origin: string | undefined) {
    this.server = server;
    this.relay = relay;
    this.conversation = (welcome['opened'] as { conversation: string }).conversation;
    this.access = (welcome['tokens'] as { access: string }).access;
    this.origin = origin;
  }

  /** The same visitor at another server, or at one that was started again. */
  movedTo(server: Place): Visitor {
    const welcome = {
      type: 'welcome',
      opened: { conversation: this.conversation },
      tokens: { access: this.access },
    };
    return new Visitor(server, this.relay, welcome, this.origin);
  }

  static async arrive(server: Place, origin?: string): Promise<Visitor> {
    const relay = server.wire('/v1/relay', origin === undefined ? {} : { origin });
    await relay.opened;
    const protocol = { min: 1, max: 3 };
    relay.send({ type: 'hello', protocol, role: 'visitor', site: 'demo', device: newId('dev') });
    return new Visitor(server, relay, await relay.next('welcome'), origin);
  }

  async command(body: object): Promise<Frame> {
    const id = newCommandId(Date.now());
    this.relay.send({ type: 'command', id, body });
    return this.relay.next((frame) => frame['id'] === id);
  }

  async say(text: string): Promise<void> {
    const id = newCommandId(Date.now());
    this.#n += 1;
    this.relay.send({ type: 'command', id, n: this.#n, body: { type: 'chat.send', text } });
    await this.relay.next((frame) => frame.type === 'ack' && frame['id'] === id);
  }

  answer(share: string, scope: 'view' | 'control', allowed = true): Promise<Frame> {
    return this.command({ type: 'co-browse.answer', share, scope, allowed, text: 'en-1' });
  }

  /** A socket of a shared page, with its hello sent. */
  async page(share: string, more: object = {}, headers?: Record<string, string>): Promise<PageWire> {
    const own = this.origin === undefined ? {} : { origin: this.origin };
    const wire = this.server.wire('/v1/co-browse', headers ?? own, 'visitor');
    await wire.opened;
    const { conversation, access } = this;
    const hello = { type: 'hello', role: 'visitor', site: 'demo', conversation, access, share, ...more };
    wire.send({ tab: 'tab-1', stream: newId('stm'), acknowledged: 0, ...hello });
    return wire;
  }
}

export type PageWire = Wire;

async function emptyDist(folder: string): Promise<string> {
  const distFolder = join(folder, 'dist');
  await mkdir(join(distFolder, 'view'), { recursive: true });
  await mkdir(join(distFolder, 'assets'));
  await mkdir(join(distFolder, 'console'));
  await writeFile(join(distFolder, 'view', 'index.html'), '<!doctype html><title>Page</title>');
  await writeFile(join(distFolder, 'console', 'index.html'), '<!doctype html><title>Console</title>');
  return distFolder;
}

/** A listening server. */
export class ShareServer {
  readonly app: RunningApp;
  readonly ports: CapabilityPorts;
  readonly dataFolder: string;
  readonly lines: string[];
  readonly clock: SkippingClock;
  readonly #wires: Wire[] = [];
  #closed: Promise<void> | undefined;
  readonly #remove: () => Promise<void>;

  private constructor(
    app: RunningApp,
    ports: CapabilityPorts,
    dataFolder: string,
    lines: string[],
    clock: SkippingClock,
    remove: () => Promise<void>,
  ) {
    this.app = app;
    this.ports = ports;
    this.dataFolder = dataFolder;
    this.lines = lines;
    this.clock = clock;
    this.#remove = remove;
  }

  static async start(options: ShareServerOptions = {}): Promise<ShareServer> {
    const folder = await temporaryFolder('co-browse');
    const dataFolder = options.dataFolder ?? join(folder.path, 'data');
    const distFolder = options.isBuilt === true ? join(ROOT, 'dist') : await emptyDist(folder.path);
    const lines: string[] = [];
    const clock = new SkippingClock();
    let given: CapabilityPorts | undefined;
    const app = await startApp({
      config: readConfig({ PORT: '0', DATA_DIR: dataFolder, ...options.environment }),
      mode: 'demo',
      limits: {
        ...demoLimits(),
        ...options.limits,
        shares: { ...defaultShareLimits, ...options.shares },
      },
      logger: createLogger('info', { write: (line: string) => void lines.push(line) }),
      clock,
      distFolder,
      demoFolder: join(ROOT, 'demo-site'),
      capabilities: (ports) => {
        given = ports;
        return (options.capabilities ?? openCapabilities)(ports);
      },
    });
    if (!given) throw new Error('the server never asked for its capabilities');
    return new ShareServer(app, given, dataFolder, lines, clock, () => folder.remove());
  }

  get url(): string {
    return this.app.url;
  }

  wire(
    path: string,
    headers: Record<string, string> = {},
    role?: 'visitor' | 'agent',
    options: { perMessageDeflate?: boolean } = {},
  ): Wire {
    const wire = new Wire(this.url.replace('http', 'ws') + path, headers, role, options);
    this.#wires.push(wire);
    return wire;
  }

  /** What no client of ours could read, of all sockets. */
  get problems(): string[] {
    return this.#wires.flatMap(({ problems }) => problems);
  }

  async metrics(): Promise<Map<string, number>> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const rows = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      rows.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    );
  }

  /** Ends the server and keeps its folder. */
  async close(): Promise<void> {
    for (const { socket } of this.#wires) socket.terminate();
    this.#closed ??= this.app.close();
    await this.#closed;
  }

  async stop(): Promise<void> {
    await this.close();
    await this.#remove();
  }
}
