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
    const code = (await server.app.signInLink(name)).split('#sign-in=')[1];
    const response = await fetch(`${server.url}/v1/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
    const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const { agent } = (await response.json()) as { agent: { id: string } };
    const relay = server.wire('/v1/relay', { cookie, origin: server.url });
    await relay.opened;
    const protocol = { min: 1, max: 3 };
    const ticket = await ticketOf(server, cookie);
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
    return ticketOf(this.server, this.cookie);
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

async function ticketOf(server: Place, cookie: string): Promise<string> {
  const headers = { cookie, 'content-type': 'application/json' };
  const response = await fetch(`${server.url}/v1/agent/ticket`, { method: 'POST', headers, body: '{}' });
  return ((await response.json()) as { ticket: string }).ticket;
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

/** Ana has the conversation of a visitor who wrote. */
export interface Scene<Server extends Place = ShareServer> {
  readonly server: Server;
  readonly ana: Agent;
  readonly visitor: Visitor;
  readonly conversation: string;
  /** The sitting's work item. */
  itemOf(): Promise<string>;
  /** The offer of it to another agent whose desk is open. */
  offerTo(agent: Agent): Promise<{ item: string; offer: string }>;
}

/** Starts a server and brings an agent and a visitor together. */
export async function begun(options: ShareServerOptions & { origin?: string } = {}): Promise<Scene> {
  const server = await ShareServer.start(options);
  return meet(server, await Agent.signIn(server, 'Ana'), options.origin);
}

/** A visitor writes and an agent who is there takes it. */
export async function meet<Server extends Place>(
  server: Server,
  ana: Agent,
  origin?: string,
): Promise<Scene<Server>> {
  ana.relay.send({ type: 'desk.open' });
  await ana.command({ type: 'desk.status', presence: 'available' });
  const visitor = await Visitor.arrive(server, origin);
  await visitor.say('hello');
  const { conversation } = visitor;
  const offer = await offerFor(ana, conversation);
  await ana.command({ type: 'desk.accept', ...offer });
  ana.relay.send({ type: 'open', request: 1, conversation });
  await ana.relay.next('opened');
  await visitor.relay.next((frame) => bodyOf(frame)?.type === 'agent.joined');
  return {
    ...{ server, ana, visitor, conversation },
    itemOf: () => Promise.resolve(offer.item),
    offerTo: (agent) => offerFor(agent, conversation),
  };
}

/** The offer of any conversation to an agent whose desk is open. */
export async function nextOffer(
  agent: Agent,
): Promise<{ item: string; offer: string; conversation: string }> {
  const frame = await agent.relay.next((each) => rowsOf(each).some(({ type }) => type === 'offer'));
  const row = rowsOf(frame).find(({ type }) => type === 'offer');
  return row as Frame & { item: string; offer: string; conversation: string };
}

const rowsOf = (frame: Frame): Frame[] => [
  ...((frame['rows'] as Frame[] | undefined) ?? []),
  ...((frame['put'] as Frame[] | undefined) ?? []),
];

async function offerFor(agent: Agent, conversation: string): Promise<{ item: string; offer: string }> {
  const isIt = (row: Frame): boolean => row.type === 'offer' && row['conversation'] === conversation;
  const frame = await agent.relay.next((each) => rowsOf(each).some(isIt));
  const row = rowsOf(frame).find(isIt) as Frame & { item: string; offer: string };
  return { item: row.item, offer: row.offer };
}

/** The body of an entry that was pushed. */
export function bodyOf(frame: Frame): Frame | undefined {
  return (frame['entry'] as { body?: Frame } | undefined)?.body;
}

/** Asks, and answers what was asked: the id of the share. */
export async function asked(
  { ana, visitor, conversation }: Scene<Place>,
  scope: 'view' | 'control' = 'view',
) {
  const answer = await ana.command({ type: 'co-browse.ask', scope }, conversation);
  if (answer.type !== 'ack') throw new Error(JSON.stringify(answer));
  const frame = await visitor.relay.next(
    (each) => bodyOf(each)?.type === 'co-browse.asked' && bodyOf(each)?.['scope'] === scope,
  );
  return bodyOf(frame)?.['share'] as string;
}

/** The visitor has allowed it; a page is connected. */
export async function shared(scene: Scene<Place>): Promise<{ share: string; page: Wire; stream: string }> {
  const share = await asked(scene);
  const answer = await scene.visitor.answer(share, 'view');
  if (answer.type !== 'ack') throw new Error(JSON.stringify(answer));
  const stream = newId('stm');
  const page = await scene.visitor.page(share, { stream });
  await page.next('welcome');
  return { share, page, stream };
}

/** A page as a recorder tells it. */
export function snapshotEvents(text = 'Hello', more: object[] = []): object[] {
  const node = (id: number, tagName: string, childNodes: object[]): object => ({
    type: 2,
    id,
    tagName,
    attributes: {},
    childNodes,
  });
  const body = node(5, 'body', [node(6, 'p', [{ type: 3, id: 7, textContent: text }]), ...more]);
  const html = node(3, 'html', [node(4, 'head', []), body]);
  const timestamp = 1_700_000_000_000;
  return [
    { type: 4, timestamp, data: { href: 'https://shop.example/', width: 1_000, height: 800 } },
    {
      type: 2,
      timestamp,
      data: {
        node: {
          type: 0,
          id: 1,
          childNodes: [{ type: 1, id: 2, name: 'html', publicId: '', systemId: '' }, html],
        },
        initialOffset: { top: 0, left: 0 },
      },
    },
  ];
}

/** The text of the page changes. */
export function textEvent(text: string): object {
  return {
    type: 3,
    timestamp: 1_700_000_000_000,
    data: { source: 0, texts: [{ id: 7, value: text }], attributes: [], removes: [], adds: [] },
  };
}
