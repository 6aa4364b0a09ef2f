/** An agent who has a visitor's conversation, and a page that is shared in it. */
import { newId } from '../../sdk/src/shared.ts';
import {
  type Frame,
  type Place,
  type ShareServerOptions,
  type Wire,
  Agent,
  ShareServer,
  Visitor,
} from './co-browse-harness.ts';

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

/** A share and the page that is connected to it. */
export interface SharedPage {
  readonly share: string;
  readonly page: Wire;
  readonly stream: string;
}

/** Shares of one scene, each with a page that has sent its snapshot. */
export class SharedPages {
  readonly #scene: () => Scene;
  #open: SharedPage[] = [];

  constructor(scene: () => Scene) {
    this.#scene = scene;
  }

  async sharing(): Promise<SharedPage> {
    const started = await shared(this.#scene());
    this.#open.push(started);
    const { page, stream } = started;
    page.send({ type: 'frame', stream, seq: 1, snapshot: true, events: snapshotEvents() });
    await page.next((frame) => frame.type === 'ack' && frame['seq'] === 1);
    return started;
  }

  async end({ share }: SharedPage): Promise<void> {
    await this.#scene().visitor.command({ type: 'co-browse.end', share, scope: 'view' });
  }

  /** After each test. */
  async endAll(): Promise<void> {
    for (const each of this.#open.splice(0)) await this.end(each);
  }
}

/** Sends a text change as the next frame. */
export function says({ page, stream }: SharedPage, seq: number, text: string): void {
  page.send({ type: 'frame', stream, seq, events: [textEvent(text)] });
}

export const seqIs =
  (seq: number) =>
  (frame: Frame): boolean =>
    frame.type === 'frame' && frame['seq'] === seq;
