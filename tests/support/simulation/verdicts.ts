import type { ConversationView } from '../../../sdk/src/conversation/conversation-view.ts';
import { type Audience, logEntry } from '../../../sdk/src/protocol/index.ts';
import type { History, Said } from './history.ts';
import { type ModelEvent, readable } from './model-log.ts';
import { type SimulatedServer, visitorOf } from './model-server.ts';
import { AgentPerson, type Person } from './pages.ts';

/** What holds for every reader once faults have healed; undefined where all of it does. */
export function notConverged(server: SimulatedServer, people: readonly Person[]): string | undefined {
  for (const person of people) {
    const { state } = person.client.connection.value;
    if (state !== 'online') return `${person.name} is ${state}`;
    const reader = person instanceof AgentPerson ? 'agents' : 'everyone';
    for (const { view } of person.desks) {
      const problem = viewProblem(server, view.value, reader);
      if (problem !== undefined) return `${person.name} ${problem}`;
    }
  }
  return tabsProblem(people);
}

/** Pages that share a browser have one connection and are one visitor (DL8); where storage failed, each is alone. */
function tabsProblem(people: readonly Person[]): string | undefined {
  for (const store of new Set(people.map((person) => person.store))) {
    const pages = people.filter((person) => person.store === store);
    if (!store.tabs || store.denied) continue;
    const connections = pages.filter(({ page }) => page.uplink.open).length;
    if (connections !== 1) return `connections: ${pages.length} pages of a browser have ${connections}`;
    const conversations = new Set(pages.flatMap(({ desks }) => desks.map(({ view }) => view.value.id)));
    if (conversations.size !== 1)
      return `identity: the pages of a browser are ${conversations.size} visitors`;
  }
  return undefined;
}

function viewProblem(server: SimulatedServer, view: ConversationView, reader: Audience): string | undefined {
  const waiting = view.pending.find(({ state }) => state === 'saved');
  if (waiting) return `still has "${waiting.text}" to send`;
  if (view.refused) return undefined;
  if (view.catchingUp) return 'is catching up';
  const log = server.disk.conversations.get(visitorOf(view.id ?? ''));
  if (!log) return 'has no log';
  // As the wire would carry them.
  const entries = readable(log, reader).map((entry) => logEntry.decode(entry, ''));
  const shown = entries.slice(entries.length - view.entries.length);
  if ((entries.at(-1)?.seq ?? 0) !== view.header.seq) return `has come to ${view.header.seq} only`;
  if (JSON.stringify(shown) !== JSON.stringify(view.entries)) return 'does not see what the log says';
  if (view.older !== shown.length < entries.length) return `is told that older is ${view.older}`;
  return undefined;
}

/** Judges a whole run; empty where every promise was kept. */
export function verdicts(server: SimulatedServer, people: readonly Person[], history: History): string[] {
  const problems = [...history.problems];
  const stored = new Map<string, ModelEvent>();
  for (const [visitor, { events }] of server.disk.conversations) {
    const here = new Set<string>();
    for (const [index, event] of events.entries()) {
      if (event.seq !== index + 1) problems.push(`hole: ${visitor} has ${event.seq} at place ${index + 1}`);
      const { body } = event;
      if (body.type !== 'chat.message' && body.type !== 'chat.noted') continue;
      if (!history.said.has(body.text)) problems.push(`phantom: nobody said "${body.text}"`);
      if (here.has(body.text)) problems.push(`duplicate: "${body.text}" is stored twice`);
      here.add(body.text);
      stored.set(body.text, event);
    }
    problems.push(...orderProblems(events, history));
  }
  for (const [id] of history.acknowledged) {
    if (!server.everNumbered.has(id)) problems.push(`lost: ${id} was acknowledged`);
  }
  for (const said of history.saved) {
    const problem = fateProblem(said, stored, people, history);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

/** Nothing that was saved is lost: it is stored, or its author sees that it was refused. */
function fateProblem(
  said: Said,
  stored: ReadonlyMap<string, ModelEvent>,
  people: readonly Person[],
  history: History,
): string | undefined {
  const { text, id = '', durable, discarded } = said;
  if (
    stored.has(text) ||
    history.lostByRestore.has(id) ||
    history.lostByRestore.has(text) ||
    discarded === true
  )
    return undefined;
  const refused = people.some((person) =>
    person.desks.some(({ view }) =>
      view.value.pending.some((each) => each.text === text && each.state === 'refused'),
    ),
  );
  if (refused || durable === false) return undefined;
  return `lost: "${text}" was saved and is nowhere`;
}

/** What one browser saved for a conversation stands in the log in that order. */
function orderProblems(events: readonly ModelEvent[], { saved, lostByRestore }: History): string[] {
  const place = new Map(events.map(({ seq, body }) => ['text' in body ? body.text : '', seq]));
  const last = new Map<string, { text: string; seq: number }>();
  const problems: string[] = [];
  for (const { id = '', text, store, author, retried, late } of saved) {
    const seq = place.get(text);
    if (seq === undefined || retried === true || late === true) continue;
    // Where storage failed, another page of the browser may still have what a restore took, and send it again.
    if (store.denied && lostByRestore.has(id)) continue;
    // Where a shared store failed, each page goes on with a memory of its own.
    const writer = store.denied ? `${store.device} ${author}` : store.device;
    const before = last.get(writer);
    if (before && before.seq > seq) problems.push(`order: "${before.text}" was said before "${text}"`);
    last.set(writer, { text, seq });
  }
  return problems;
}
