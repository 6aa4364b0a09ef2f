// Over 300 lines: the server, the raw client and the signed-in browser that all transport suites share.
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { type RunningApp, startApp } from '../../server/src/app.ts';
import type { Capabilities, CapabilityPorts } from '../../server/src/capabilities.ts';
import { chatHandlers } from '../../server/src/chat/chat-handlers.ts';
import { Whereabouts } from '../../server/src/customers/whereabouts.ts';
import type { Log } from '../../server/src/events/log.ts';
import type { ReceivedCommand } from '../../server/src/events/handlers.ts';
import type { Session, VisitorSession } from '../../server/src/events/session.ts';
import type { AnyCommandHandler } from '../../server/src/transport/relay-options.ts';
import type { Identity } from '../../server/src/identity/open-identity.ts';
import { readConfig } from '../../server/src/lib/config.ts';
import { type Limits, defaultLimits, demoLimits } from '../../server/src/lib/limits.ts';
import { createLogger } from '../../server/src/lib/logger.ts';
import { agentDown, visitorDown } from '../../sdk/src/protocol/index.ts';
import { type Clock, newCommandId, newId } from '../../sdk/src/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const WAIT_MS = 30_000;

export type Frame = Record<string, unknown> & { type: string };

export interface TestServer {
  readonly url: string;
  readonly app: RunningApp;
  readonly log: Log;
  readonly identity: Identity;
  readonly dataFolder: string;
  /** What presence was told. */
  readonly presence: { what: 'connected' | 'disconnected'; session: Session }[];
  /** Lines of the server's log. */
  readonly lines: string[];
  readonly deskChanged: (rows: Map<string, object>) => void;
  readonly availabilityChanged: (agents: { id: string; name: string }[]) => void;
  connect(headers?: Record<string, string>): Promise<RawClient>;
  stop(): Promise<void>;
}

export interface TestServerOptions {
  limits?: Partial<Limits>;
  mode?: 'demo' | 'serve';
  clock?: Clock;
  environment?: Record<string, string>;
  /** Held before each command is decided: a slow store. */
  beforeCommand?: () => Promise<void>;
}

/** A real listening server with the chat and a desk that the test moves by hand. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = await temporaryFolder('transport');
  const dataFolder = join(folder.path, 'data');
  const lines: string[] = [];
  let ports: CapabilityPorts | undefined;
  const stage = makeStage();
  const mode = options.mode ?? 'demo';
  const base = mode === 'demo' ? demoLimits() : defaultLimits;
  const app = await startApp({
    config: readConfig({ PORT: '0', DATA_DIR: dataFolder, ...options.environment }),
    mode,
    limits: { ...base, ...options.limits },
    logger: createLogger('info', { write: (line: string) => void lines.push(line) }),
    ...(options.clock && { clock: options.clock }),
    distFolder: await smallBuild(folder.path),
    demoFolder: join(ROOT, 'demo-site'),
    capabilities: (given) => {
      ports = given;
      return stage.capabilities(given, options.beforeCommand);
    },
  });
  if (!ports) throw new Error('the server never asked for its capabilities');
  const clients: RawClient[] = [];
  return {
    url: app.url,
    app,
    log: ports.log,
    identity: ports.identity,
    dataFolder,
    presence: stage.presence,
    lines,
    deskChanged: stage.deskChanged,
    availabilityChanged: stage.availabilityChanged,
    async connect(headers = {}) {
      const client = new RawClient(`${app.url.replace('http', 'ws')}/v1/relay`, headers);
      clients.push(client);
      await client.opened;
      return client;
    },
    async stop() {
      for (const client of clients) client.socket.terminate();
      await app.close();
      await folder.remove();
      expect(clients.flatMap(({ problems }) => problems)).toEqual([]);
    },
  };
}

/** What the build would leave, as far as it matters how it is served. */
async function smallBuild(folder: string): Promise<string> {
  const dist = join(folder, 'dist');
  await mkdir(join(dist, 'assets'), { recursive: true });
  await mkdir(join(dist, 'console'));
  await writeFile(join(dist, 'loader.js'), '(function(s){})("__ALONGSIDE_SETTINGS__")');
  await writeFile(join(dist, 'assets', 'shell-abc123.js'), `export {};${' '.repeat(1_000)}`);
  await writeFile(join(dist, 'console', 'index.html'), '<!doctype html><title>Console</title>');
  return dist;
}

/** The part of the house above the log, as far as these tests need one. */
function makeStage() {
  const presence: TestServer['presence'] = [];
  let rows = new Map<string, object>();
  let agents: { id: string; name: string }[] = [];
  const deskListeners = new Set<(change: { site: string; agents: 'all' }) => void>();
  const availabilityListeners = new Set<(site: string) => void>();
  return {
    presence,
    deskChanged(next: Map<string, object>) {
      rows = next;
      for (const listener of deskListeners) listener({ site: 'demo', agents: 'all' });
    },
    availabilityChanged(next: { id: string; name: string }[]) {
      agents = next;
      for (const listener of availabilityListeners) listener('demo');
    },
    capabilities({ log }: CapabilityPorts, beforeCommand?: () => Promise<void>): Capabilities {
      const chat = chatHandlers({
        ...{ log, newId, whereabouts: new Whereabouts() },
        colleagues: () => Promise.resolve([]),
        mayEndWith: () => Promise.resolve(true),
        isTag: () => Promise.resolve(true),
      });
      const shown = <Body>(_session: Session, _conversation: string, body: Body): Body => body;
      const held = chat.visitor.map((handler: AnyCommandHandler<VisitorSession>) => ({
        type: handler.type,
        handle: async (session: VisitorSession, command: ReceivedCommand<never>) => {
          await beforeCommand?.();
          return handler.handle(session, command);
        },
      }));
      return {
        handlers: {
          visitor: {
            commands: held,
            signals: [
              { type: 'typing', handle: shown },
              { type: 'page', handle: shown },
            ],
          },
          agent: { commands: chat.agent, signals: [{ type: 'typing', handle: shown }] },
        },
        desk: {
          rows: () => Promise.resolve([...rows].map(([key, row]) => ({ key, ...row }) as never)),
          onChanged: (then) => {
            deskListeners.add(then);
            return () => deskListeners.delete(then);
          },
        },
        availability: {
          of: () => ({ agents, open: agents.length > 0 }),
          waitOf: () => undefined,
          onWaitsChanged: () => () => undefined,
          onAvailabilityChanged: (then) => {
            availabilityListeners.add(then);
            return () => availabilityListeners.delete(then);
          },
        },
        presence: {
          connected: (session) => void presence.push({ what: 'connected', session }),
          disconnected: (session) => void presence.push({ what: 'disconnected', session }),
          seen: () => undefined,
        },
        search: () => Promise.resolve([]),
        looked: () => Promise.resolve(),
        whyNot: () => Promise.resolve(undefined),
        effects: (['work.enqueue', 'work.finish', 'search.index'] as const).map((kind) => ({
          kind,
          handle: () => Promise.resolve(),
        })),
        openSite: () => Promise.resolve(),
        makeAvailable: () => Promise.resolve(),
        stop: () => undefined,
      };
    },
  };
}

/** A socket that says exactly what a test tells it to. */
export class RawClient {
  readonly socket: WebSocket;
  readonly frames: Frame[] = [];
  readonly opened: Promise<void>;
  readonly closed: Promise<{ code: number; reason: string }>;
  answersPings = true;
  /** Frames that a client of ours could not read. */
  readonly problems: string[] = [];
  #down: typeof visitorDown | typeof agentDown = visitorDown;
  #taken = 0;
  #wake: () => void = () => undefined;

  constructor(url: string, headers: Record<string, string>) {
    this.socket = new WebSocket(url, { headers });
    this.opened = once(this.socket, 'open').then(() => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#wake();
      });
    });
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Frame;
      this.#check(frame);
      if (frame.type === 'ping' && this.answersPings) this.send({ type: 'pong' });
      this.frames.push(frame);
      this.#wake();
    });
  }

  /** Whatever a server sends is in the wire's own language. */
  #check(frame: Frame): void {
    try {
      if (frame.type === 'welcome') this.#down = 'agent' in frame ? agentDown : visitorDown;
      this.#down.decode(frame, '');
    } catch (error) {
      this.problems.push(`${String(error)}: ${JSON.stringify(frame).slice(0, 300)}`);
    }
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

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}

export const newDevice = (): string => newId('dev');
export const newCommand = (): string => newCommandId(1_700_000_000_000);

/** A visitor's hello, with whatever a test adds to it. */
export function visitorHello(more: object = {}): Frame {
  return {
    type: 'hello',
    protocol: { min: 1, max: 1 },
    role: 'visitor',
    site: 'demo',
    device: newDevice(),
    ...more,
  };
}

export interface WelcomedVisitor {
  client: RawClient;
  welcome: Frame;
  conversation: string;
  tokens: { access: string; refresh: string };
}

/** Connects and greets as a visitor. */
export async function welcomedVisitor(
  server: TestServer,
  more: object = {},
  headers: Record<string, string> = {},
): Promise<WelcomedVisitor> {
  const client = await server.connect(headers);
  client.send(visitorHello(more));
  const welcome = await client.next('welcome');
  const { conversation } = welcome['opened'] as { conversation: string };
  return { client, welcome, conversation, tokens: welcome['tokens'] as WelcomedVisitor['tokens'] };
}

/** Sends a visitor's message; answers its frame. */
export function say(client: RawClient, n: number, text: string): { id: string } {
  const id = newCommand();
  client.send({ type: 'command', id, n, body: { type: 'chat.send', text } });
  return { id };
}

/** A signed-in browser of a person of the demo: its cookie, and requests with it. */
export class Browser {
  readonly #server: TestServer;
  cookie = '';

  constructor(server: TestServer) {
    this.#server = server;
  }

  async signIn(name: string): Promise<this> {
    const link = await this.#server.app.signInLink(name);
    const code = link.split('#sign-in=')[1];
    const response = await this.post('/v1/sign-in', { code });
    if (!response.ok) throw new Error(`sign-in answered ${response.status}`);
    return this;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.#server.url + path, { headers: { ...this.#cookies(), ...headers } });
  }

  async post(path: string, body: object = {}, headers: Record<string, string> = {}, method = 'POST') {
    const response = await fetch(this.#server.url + path, {
      method,
      headers: { 'content-type': 'application/json', ...this.#cookies(), ...headers },
      body: JSON.stringify(body),
    });
    const cookie = response.headers.get('set-cookie');
    if (cookie !== null) this.cookie = cookie.split(';')[0] ?? '';
    return response;
  }

  async ticket(): Promise<string> {
    const response = await this.post('/v1/agent/ticket');
    return ((await response.json()) as { ticket: string }).ticket;
  }

  /** A welcomed socket of this browser. */
  async socket(): Promise<RawClient> {
    const client = await this.#server.connect({ cookie: this.cookie, origin: this.#server.url });
    client.send(agentHello(await this.ticket()));
    await client.next('welcome');
    return client;
  }

  #cookies(): Record<string, string> {
    return this.cookie === '' ? {} : { cookie: this.cookie };
  }
}

export function agentHello(ticket: string): Frame {
  return { type: 'hello', protocol: { min: 1, max: 1 }, role: 'agent', device: newDevice(), ticket };
}
