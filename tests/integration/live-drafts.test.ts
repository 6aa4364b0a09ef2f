import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AgentConversation } from '../../sdk/src/agent.ts';
import { DEFAULT_SITE_OPTIONS, MASK, newId } from '../../sdk/src/shared.ts';
import { type VisitorClient, connectVisitor } from '../../sdk/src/visitor.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { type Agent, Person, rowOf } from './settings-people.ts';

const WAIT_MS = 30_000;

/** A socket of which every frame is kept, as a test of what is *not* sent needs it. */
class Raw {
  readonly frames: Record<string, unknown>[] = [];
  readonly #socket: WebSocket;

  constructor(server: ServerProcess, hello: object) {
    this.#socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/relay`);
    this.#socket.addEventListener('message', ({ data }) => {
      const frame = JSON.parse(String(data)) as Record<string, unknown>;
      this.frames.push(frame);
      if (frame['type'] === 'ping') this.send({ type: 'pong' });
    });
    this.#socket.addEventListener('open', () => {
      this.send({ type: 'hello', device: newId('dev'), ...hello });
    });
  }

  send(frame: object): void {
    this.#socket.send(JSON.stringify(frame));
  }

  async has(type: string): Promise<void> {
    await vi.waitFor(() => expect(this.frames.map((frame) => frame['type'])).toContain(type), WAIT_MS);
  }

  /** Frames that came before the answer to this ping. */
  async untilNow(): Promise<string> {
    const pongs = (): number => this.frames.filter(({ type }) => type === 'pong').length;
    const before = pongs();
    this.send({ type: 'ping' });
    await vi.waitFor(() => expect(pongs()).toBeGreaterThan(before), WAIT_MS);
    return JSON.stringify(this.frames);
  }

  close(): void {
    this.#socket.close();
  }
}

describe('what visitors are writing', () => {
  const closings: (() => unknown)[] = [];
  let server: ServerProcess;
  let sam: Person;
  let visitor: VisitorClient;
  let conversation: string;
  let [atAna, atBen, atSam]: AgentConversation[] = [];
  let ana: Agent;
  let anaSignedIn: Person;

  /** All that Ana was ever shown. */
  const shownToAna: string[] = [];

  const draft = (text: string): void => visitor.signal({ type: 'draft', text });
  const seenBy = (who: AgentConversation | undefined): string | undefined => who?.visitorDraft.value;
  const shows = (who: AgentConversation | undefined, text: string): Promise<void> =>
    vi.waitFor(() => expect(seenBy(who)).toBe(text), WAIT_MS);
  const turn = async (liveDrafts: boolean): Promise<void> => {
    const { body } = await sam.ask('GET', '/v1/site-options');
    const { version } = body;
    const value = { ...DEFAULT_SITE_OPTIONS, liveDrafts };
    const { status } = await sam.ask('PUT', '/v1/site-options', { version, value });
    expect(status).toBe(200);
    await vi.waitFor(() => expect(visitor.availability.value?.drafts ?? false).toBe(liveDrafts), WAIT_MS);
  };

  beforeAll(async () => {
    server = await startServer();
    const signIn = (name: string): Promise<Person> => Person.signIn(server, server.signInLinks.get(name));
    anaSignedIn = await signIn('Ana');
    sam = await signIn('Sam');
    ana = anaSignedIn.connect();
    const [ben, supervisor] = [(await signIn('Ben')).connect(), sam.connect()];
    visitor = connectVisitor({ server: server.url, site: 'demo', storage: 'memory' });
    closings.push(...[ana, ben, supervisor, visitor].map((each) => () => each.stop()));
    await ana.setPresence('available');
    await visitor.send('Hello');
    const offer = await rowOf(ana, 'offer', () => true);
    await ana.accept(offer.item, offer.offer);
    await vi.waitFor(() => expect(visitor.conversation.value.header.agents).toHaveLength(1), WAIT_MS);
    conversation = visitor.conversation.value.id ?? '';
    const open = [ana, ben, supervisor].map((each) => each.open(conversation));
    [atAna, atBen, atSam] = open;
    atAna?.visitorDraft.subscribe((text) => shownToAna.push(text));
    for (const { view } of open) {
      await vi.waitFor(() => expect(view.value.header.agents).toHaveLength(1), WAIT_MS);
    }
  });
  afterAll(async () => {
    for (const close of closings) await close();
    await server.remove();
  });

  test('are kept by the server while the site does not show them, and visitors are not told otherwise', async () => {
    expect(visitor.availability.value?.drafts).toBeUndefined();
    draft('quokka one');
    await turn(true);
    draft('quokka two');
    await shows(atAna, 'quokka two');
    expect(shownToAna).toEqual(['quokka two']);
  });

  test('are shown to the agents of the conversation alone, with numbers hidden; turned on without a restart', async () => {
    const { access } = visitor.tokenStore.read();
    const protocol = { min: 1, max: 3 };
    const otherTab = new Raw(server, { role: 'visitor', site: 'demo', protocol, access });
    const { body } = await anaSignedIn.ask('POST', '/v1/agent/ticket', {});
    const old = new Raw(server, { role: 'agent', protocol: { min: 1, max: 2 }, ticket: body['ticket'] });
    closings.push(
      () => otherTab.close(),
      () => old.close(),
    );
    await Promise.all([otherTab.has('welcome'), old.has('welcome')]);
    old.send({ type: 'open', request: 1, conversation });
    await old.has('opened');

    draft('quokka pays with 4111 1111 1111 1111');
    await shows(atAna, `quokka pays with ${MASK}`);
    // Whatever would have been sent them was sent before this.
    expect(await otherTab.untilNow()).not.toContain('quokka');
    expect(await old.untilNow()).not.toContain('quokka');
    expect([seenBy(atBen), seenBy(atSam)]).toEqual(['', '']);
    expect(atBen?.view.value.online).toBe(true);
  });

  test('go when they are sent, and nobody keeps them', async () => {
    await visitor.send('quokka sent');
    await shows(atAna, '');
    draft('quokka never sent');
    await shows(atAna, 'quokka never sent');
    draft('');
    await shows(atAna, '');
    const { body } = await sam.ask('GET', '/v1/search?words=quokka');
    expect(JSON.stringify(body)).not.toContain('never');
    const files = readdirSync(server.dataFolder).map((name) => join(server.dataFolder, name));
    const kept = files.map((path) => readFileSync(path, 'latin1')).join('');
    expect(kept).toContain('quokka sent');
    expect(kept).not.toContain('quokka never');
    expect(kept).not.toContain('quokka pays');
    expect(server.output()).not.toContain('quokka');
  });

  test('a flood of them closes no connection, and what is sent after it arrives', async () => {
    for (let count = 0; count < 2_000; count++) draft(`quokka ${count}`);
    await vi.waitFor(() => expect(seenBy(atAna)).not.toBe(''), WAIT_MS);
    await visitor.send('quokka after the flood');
    await shows(atAna, '');
  });

  test('are shown no longer once the site has turned it off; the log of changes says who did', async () => {
    draft('quokka last');
    await shows(atAna, 'quokka last');
    await turn(false);
    draft('');
    await shows(atAna, '');
    draft('quokka too late');
    await visitor.send('quokka done');
    await vi.waitFor(() => expect(atAna?.view.value.header.lastMessage?.text).toBe('quokka done'), WAIT_MS);
    expect(shownToAna).not.toContain('quokka too late');
    const { body } = await sam.ask('GET', '/v1/changes');
    expect(JSON.stringify(body)).toContain('liveDrafts');
  });
});
