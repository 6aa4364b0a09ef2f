import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DeskService } from '../../server/src/desk/desk-service.ts';
import { deskStream } from '../../server/src/desk/desk-stream.ts';
import type { Log, StoredEvent } from '../../server/src/events/log.ts';
import { openLog } from '../../server/src/events/open-log.ts';
import type { RoutingCommand } from '../../server/src/routing/routing-commands.ts';
import { ROUTING_LIMITS } from '../../server/src/routing/routing-limits.ts';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { type Clock, must, newId, systemClock } from '../../sdk/src/shared.ts';
import { lacks } from '../support/programs.ts';
import { Rig } from './storage-rig.ts';

const SITE = 'demo';
const CHATS = 5;

let time: number;
/** Both processes have the same time, which the test moves; the store's own waiting is real. */
const clock: Clock = { ...systemClock, now: () => time };
/** Nothing falls due by itself. */
const still: Clock = { ...clock, after: () => () => undefined };
const report = (problem: string): void => {
  throw new Error(problem);
};

/** One process with the desk. */
interface Process {
  storage: Storage;
  log: Log;
  desk: DeskService;
}

describe.skipIf(lacks('postgres'))('an agent is lost with five chats, at two processes', () => {
  let rig: Rig;
  const processes: Process[] = [];
  /** Everything that the two have appended to the desk, by its number. */
  const events = new Map<number, StoredEvent>();
  const [ana, ben, cem] = [newId('agt'), newId('agt'), newId('agt')] as const;

  beforeEach(async () => {
    time = 1_700_000_000_000;
    rig = await Rig.make('postgres');
    for (let index = 0; index < 2; index++) {
      const storage = await openStorage(rig.place, { clock, report });
      await storage.migrate();
      const log = await openLog(storage, { clock, report });
      log.onAppended(({ stream, events: appended }) => {
        if (stream === deskStream(SITE).id) for (const event of appended) events.set(event.seq, event);
      });
      processes.push({ storage, log, desk: new DeskService({ log, clock: still, newId }) });
    }
  });
  afterEach(async () => {
    for (const { storage, log, desk } of processes.splice(0)) {
      desk.stop();
      await log.close();
      await storage.close();
    }
    await rig.remove();
  });

  const at = (index: number): Process => must(processes[index], 'a process');
  const run = async (index: number, command: RoutingCommand): Promise<void> =>
    expect(await at(index).desk.run(SITE, command)).toMatchObject({ ok: true });

  async function configured(agent: string, chats: number): Promise<void> {
    await run(0, {
      ...{ type: 'configure-agent', agent, name: agent },
      memberships: [{ queue: 'default', tier: 1, delay: 0 }],
      limits: { chat: chats, callback: 0, call: 0, budget: chats },
    });
    await run(0, { type: 'connect', agent });
  }

  /** Who has what, as a process sees it now. */
  async function held(index: number): Promise<Map<string, string>> {
    const { routing } = must(await at(index).desk.look(SITE), 'the desk');
    const items = [...routing.items.values()];
    return new Map(items.flatMap((item) => ('agent' in item ? [[item.id, item.agent] as const] : [])));
  }

  async function acceptAll(index: number, agent: string): Promise<void> {
    for (;;) {
      const { routing } = must(await at(index).desk.look(SITE), 'the desk');
      const ringing = [...routing.items.values()].find(
        (item) => item.state === 'offered' && item.agent === agent,
      );
      if (ringing?.state !== 'offered') return;
      await run(index, { type: 'accept', agent, item: ringing.id, offer: ringing.offer });
    }
  }

  test('[RT9] R24: for 45 s they stay hers; then each is offered anew, once, and has one owner at any time', async () => {
    await run(0, { type: 'configure-queue', queue: 'default', name: 'Chats' });
    await configured(ana, CHATS);
    await run(0, { type: 'set-presence', agent: ana, presence: 'available' });
    for (let index = 0; index < CHATS; index++) {
      const enqueue = { type: 'enqueue', item: newId('itm'), conversation: newId('cnv') } as const;
      await run(index % 2, { ...enqueue, queue: 'default', channel: 'chat' });
      await acceptAll(0, ana);
    }
    const hers = await held(0);
    expect([...hers.values()]).toEqual(Array.from({ length: CHATS }, () => ana));
    for (const agent of [ben, cem]) {
      await configured(agent, 3);
      await run(1, { type: 'set-presence', agent, presence: 'available' });
    }

    await run(0, { type: 'disconnect', agent: ana });
    time += ROUTING_LIMITS.graceMs - 1;
    await Promise.all([run(0, { type: 'tick' }), run(1, { type: 'tick' })]);
    expect(await held(1)).toEqual(hers);

    // The grace ends at both at once, while what she still sent arrives at one of them.
    time += 1;
    const [first] = hers.keys();
    const late = { type: 'finish', agent: ana, item: first ?? '' } as const;
    const [, , answer] = await Promise.all([
      run(0, { type: 'tick' }),
      run(1, { type: 'tick' }),
      at(0).desk.run(SITE, late),
    ]);
    expect(answer.ok).toBe(false);
    await acceptAll(0, ben);
    await acceptAll(1, cem);
    // Each takes one offer after the other, until all are in new hands.
    await acceptAll(1, ben);
    await acceptAll(0, cem);
    const theirs = await held(0);
    expect(await held(1)).toEqual(theirs);
    expect([...theirs.keys()].sort()).toEqual([...hers.keys()].sort());
    expect(new Set(theirs.values())).toEqual(new Set([ben, cem]));

    // Every item left her once, and came to one other; nobody took what somebody had.
    const owner = new Map<string, string>();
    let requeued = 0;
    for (const { type, body } of [...events.values()].sort((left, right) => left.seq - right.seq)) {
      const { item = '', agent = '' } = body as { item?: string; agent?: string };
      if (type === 'item-requeued') {
        requeued += 1;
        expect(owner.get(item)).toBe(ana);
        owner.delete(item);
      }
      if (type !== 'offer-accepted') continue;
      expect(owner.get(item)).toBeUndefined();
      owner.set(item, agent);
    }
    expect(requeued).toBe(CHATS);
    expect(owner).toEqual(theirs);
  });
});
