// Over 300 lines: one contract of the settings, run over every store.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InProcessBus } from '../../server/src/bus/in-process-bus.ts';
import { type AuditActor, AuditStore, checkAudit } from '../../server/src/events/audit-store.ts';
import { AgentsStore } from '../../server/src/identity/agents-store.ts';
import { SitesStore } from '../../server/src/identity/sites-store.ts';
import { SettingsFault } from '../../server/src/settings/settings-fault.ts';
import { SettingsService } from '../../server/src/settings/settings-service.ts';
import { SettingsStore } from '../../server/src/settings/settings-store.ts';
import { SettingsWatch } from '../../server/src/settings/settings-watch.ts';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { DEFAULT_ASSIGNMENT, DEFAULT_QUEUE_SETTINGS, newId, systemClock } from '../../sdk/src/shared.ts';
import { type Opened, Rig, STORES } from './storage-rig.ts';

const SITE = 'shop';
const SAM: AuditActor = { kind: 'agent', id: newId('agt'), name: 'Sam' };
const queue = (name: string) => ({ ...DEFAULT_QUEUE_SETTINGS, name });

interface House {
  settings: SettingsService;
  store: SettingsStore;
  accounts: AgentsStore;
  bus: InProcessBus;
  audit: AuditStore;
}

function houseOf({ kysely, dialect }: Storage): House {
  const common = { database: kysely, clock: systemClock, newId };
  const bus = new InProcessBus();
  const audit = new AuditStore({ ...common, dialect });
  const store = new SettingsStore({ ...common, audit });
  const accounts = new AgentsStore(common);
  const settings = new SettingsService({ ...common, store, audit, accounts, bus });
  return { settings, store, accounts, bus, audit };
}

async function faultOf(work: Promise<unknown>): Promise<Pick<SettingsFault, 'code' | 'message' | 'field'>> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof SettingsFault)) throw error;
    const { code, message, field } = error;
    return { code, message, field };
  }
  throw new Error('it was not refused');
}

describe.each(STORES.filter(({ isMissing }) => !isMissing))('settings in $store', ({ store: name }) => {
  let rig: Rig;
  let opened: Opened;
  let house: House;

  beforeEach(async () => {
    rig = await Rig.make(name);
    opened = await rig.open();
    house = houseOf(opened.storage);
    const sites = new SitesStore({ database: opened.storage.kysely, clock: systemClock });
    await sites.add({ key: SITE, name: 'Shop', settings: { name: 'Chat', corner: 'end' }, origins: [] });
  });
  afterEach(() => rig.remove());

  const heads = async () => (await house.store.heads()).get(SITE);
  const addAgent = () => house.accounts.add({ site: SITE, name: 'Ana', role: 'agent' });

  test('what nobody has decided holds by default, at version 0', async () => {
    const { items } = await house.settings.list('queues', SITE);
    expect(items).toEqual([{ id: 'default', version: 0, value: DEFAULT_QUEUE_SETTINGS }]);
    const ana = await addAgent();
    const assignments = await house.settings.list('assignments', SITE);
    expect(assignments.items).toEqual([{ id: ana.id, version: 0, value: DEFAULT_ASSIGNMENT }]);
    expect((await house.settings.of(SITE)).coBrowsePolicy.preset).toBe('strict');
  });

  test('a change counts up and stays', async () => {
    const made = await house.settings.create('queues', SITE, { value: queue('Büro Nord') }, SAM);
    expect(made.item).toMatchObject({ id: 'buro-nord', version: 1 });
    const changed = await house.settings.change(
      'queues',
      SITE,
      'buro-nord',
      { version: 1, value: queue('North') },
      SAM,
    );
    expect(changed.item).toMatchObject({ version: 2, value: { name: 'North' } });
    const again = houseOf((await rig.reopen(opened)).storage);
    expect((await again.settings.of(SITE)).find('queues', 'buro-nord')?.value.name).toBe('North');
  });

  test('of two who saw the same version one is told that the other was quicker', async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        house.settings.change('queues', SITE, 'default', { version: 0, value: queue(`Q${index}`) }, SAM),
      ),
    );
    const refused = answers.flatMap((each) =>
      each.status === 'rejected' ? [each.reason as SettingsFault] : [],
    );
    expect(refused.map(({ code }) => code)).toEqual(Array.from({ length: 19 }, () => 'stale'));
    expect(await heads()).toBe(1);
  });

  test('a version is never used again, so a removed and remade setting is another one', async () => {
    const first = await house.settings.create('tags', SITE, { id: 'vip', value: { name: 'VIP' } }, SAM);
    await house.settings.remove('tags', SITE, 'vip', first.item.version, SAM);
    await house.settings.create('tags', SITE, { id: 'vip', value: { name: 'Very important' } }, SAM);
    const late = house.settings.change(
      'tags',
      SITE,
      'vip',
      { version: first.item.version, value: { name: 'Mine' } },
      SAM,
    );
    expect(await faultOf(late)).toMatchObject({ code: 'stale' });
  });

  test('changes at the same time are stored one after the other, with a whole chain of lines', async () => {
    await Promise.all(
      Array.from({ length: 15 }, (_, index) =>
        house.settings.create('tags', SITE, { value: { name: `tag ${index}` } }, SAM),
      ),
    );
    const { items } = await house.settings.list('tags', SITE);
    expect(items.map(({ version }) => version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 15 }, (_, index) => index + 1),
    );
    expect(await checkAudit(opened.storage.kysely)).toEqual([]);
    const { changes, more } = await house.settings.changes(SITE, { limit: 10 });
    expect(more).toBe(true);
    expect(changes.map(({ id }) => id)).toEqual([...changes.map(({ id }) => id)].sort((a, b) => b - a));
    const rest = await house.settings.changes(SITE, { limit: 10, before: changes.at(-1)?.id });
    expect([changes.length, rest.changes.length, rest.more]).toEqual([10, 5, false]);
  });

  test('what is refused leaves nothing behind', async () => {
    await house.settings.create('tags', SITE, { value: { name: 'VIP' } }, SAM);
    const twin = house.settings.create('tags', SITE, { value: { name: ' vip' } }, SAM);
    expect(await faultOf(twin)).toMatchObject({ code: 'invalid', field: 'name' });
    expect(await heads()).toBe(1);
    expect((await house.settings.changes(SITE, { limit: 10 })).changes).toHaveLength(1);
  });

  test('saving the same again changes nothing', async () => {
    const { item } = await house.settings.create('tags', SITE, { value: { name: 'VIP' } }, SAM);
    const { id, version, value } = item;
    const again = await house.settings.change('tags', SITE, id, { version, value }, SAM);
    expect(again.item.version).toBe(version);
    expect(await heads()).toBe(1);
  });

  test('the log says who changed what, from what to what', async () => {
    const ana = await addAgent();
    await house.settings.create('queues', SITE, { value: queue('Sales') }, SAM);
    const memberships = [
      { queue: 'sales', tier: 2, delaySeconds: 30 },
      { queue: 'default', tier: 1, delaySeconds: 0 },
    ];
    const value = { ...DEFAULT_ASSIGNMENT, memberships, limits: { ...DEFAULT_ASSIGNMENT.limits, chat: 5 } };
    await house.settings.change('assignments', SITE, ana.id, { version: 0, value }, SAM);
    const [change] = (await house.settings.changes(SITE, { limit: 1 })).changes;
    expect(change).toMatchObject({
      by: SAM,
      action: 'changed',
      kind: 'assignments',
      object: ana.id,
      name: 'Ana',
      fields: [
        { field: 'memberships[0]', after: '{"queue":"sales","tier":2,"delaySeconds":30}' },
        { field: 'limits.chat', before: '3', after: '5' },
      ],
    });
  });

  test('a queue that goes takes memberships along, and stays while other settings name it', async () => {
    const ana = await addAgent();
    const { item } = await house.settings.create('queues', SITE, { value: queue('Sales') }, SAM);
    const memberships = [{ queue: 'sales', tier: 1, delaySeconds: 0 }];
    const value = { ...DEFAULT_ASSIGNMENT, memberships };
    await house.settings.change('assignments', SITE, ana.id, { version: 0, value }, SAM);
    const code = await house.settings.create(
      'wrap-up-codes',
      SITE,
      { value: { name: 'Sold', queue: 'sales' } },
      SAM,
    );
    const early = house.settings.remove('queues', SITE, 'sales', item.version, SAM);
    expect(await faultOf(early)).toMatchObject({
      code: 'invalid',
      message: 'wrap-up code “Sold” uses it; change that first',
    });
    await house.settings.remove('wrap-up-codes', SITE, code.item.id, code.item.version, SAM);
    await house.settings.remove('queues', SITE, 'sales', item.version, SAM);
    expect((await house.settings.of(SITE)).assignmentOf(ana.id).value.memberships).toEqual([]);
    const { warnings } = await house.settings.list('assignments', SITE);
    expect(warnings).toMatchObject([{ id: ana.id, field: 'memberships' }]);
    expect(await checkAudit(opened.storage.kysely)).toEqual([]);
  });

  test('the queue that is always there stays', async () => {
    await house.settings.change('queues', SITE, 'default', { version: 0, value: queue('Front desk') }, SAM);
    expect(await faultOf(house.settings.remove('queues', SITE, 'default', 1, SAM))).toMatchObject({
      code: 'invalid',
    });
  });

  test('[RC9] lines that are recorded at the same time, with settings or without, make one chain', async () => {
    const look = {
      site: SITE,
      actor: SAM,
      action: 'settings.link-made',
      target: 'agents/x',
      details: { name: 'x' },
    };
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0
          ? house.audit.append(look)
          : house.settings.create('tags', SITE, { value: { name: `tag ${index}` } }, SAM),
      ),
    );
    expect(await checkAudit(opened.storage.kysely)).toEqual([]);
    expect((await house.settings.changes(SITE, { limit: 100 })).changes).toHaveLength(20);
  });

  test('[RC9] a line of the audit that was changed, or taken out, is found', async () => {
    for (const word of ['one', 'two', 'three']) {
      await house.settings.create('tags', SITE, { value: { name: word } }, SAM);
    }
    const { kysely } = opened.storage;
    const [first, second] = await kysely.selectFrom('audit').selectAll().orderBy('id').execute();
    expect(await checkAudit(kysely)).toEqual([]);
    await kysely
      .updateTable('audit')
      .set({ actor_id: newId('agt') })
      .where('id', '=', first?.id ?? 0)
      .execute();
    expect(await checkAudit(kysely)).toEqual([`Line ${first?.id} of the audit was changed.`]);
    await kysely
      .updateTable('audit')
      .set({ actor_id: first?.actor_id ?? '' })
      .where('id', '=', first?.id ?? 0)
      .execute();
    await kysely
      .deleteFrom('audit')
      .where('id', '=', second?.id ?? 0)
      .execute();
    expect(await checkAudit(kysely)).toEqual([
      `Before line ${(second?.id ?? 0) + 1} of the audit of ${SITE} lines are missing.`,
    ]);
  });

  test('what another program stores holds here too, though nobody says so', async () => {
    const applied: string[] = [];
    let told: () => void = () => undefined;
    const watch = new SettingsWatch({
      ...{ settings: house.settings, store: house.store, clock: systemClock, bus: house.bus },
      report: (problem) => applied.push(problem),
      apply: (site, decided) => {
        applied.push(`${site} ${decided.head} ${decided.list('tags').length}`);
        told();
        return Promise.resolve('done');
      },
    });
    await watch.open(SITE);
    const { place } = rig;
    const other = await openStorage(place, { clock: systemClock, report: () => undefined, beside: true });
    const holds = new Promise<void>((resolve) => (told = resolve));
    await houseOf(other).settings.create('tags', SITE, { value: { name: 'VIP' } }, { kind: 'operator' });
    await holds;
    watch.stop();
    await other.close();
    expect(applied).toEqual([`${SITE} 0 0`, `${SITE} 1 1`]);
    const { changes } = await house.settings.changes(SITE, { limit: 1 });
    expect(changes[0]?.by).toEqual({ kind: 'operator', name: '' });
  });

  test('settings that cannot be made to hold prevent no start, and are tried again', async () => {
    const problems: string[] = [];
    let again: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => (again = resolve));
    const watch = new SettingsWatch({
      ...{ settings: house.settings, store: house.store, clock: systemClock, bus: house.bus },
      report: (problem) => problems.push(problem),
      apply: () => {
        if (problems.length === 0) return Promise.reject(new Error('planted'));
        again();
        return Promise.resolve('done');
      },
    });
    await watch.open(SITE);
    await reached;
    watch.stop();
    expect(problems).toEqual(['settings-not-applied']);
  });

  test('a change that cannot be made to hold yet is tried again', async () => {
    let tries = 0;
    let done: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => (done = resolve));
    const problems: string[] = [];
    const watch = new SettingsWatch({
      ...{ settings: house.settings, store: house.store, clock: systemClock, bus: house.bus },
      report: (problem) => problems.push(problem),
      apply: (_site, { head }) => {
        if (head === 0) return Promise.resolve('done');
        tries += 1;
        if (tries === 1) return Promise.reject(new Error('planted'));
        if (tries === 2) return Promise.resolve('not-yet');
        done();
        return Promise.resolve('done');
      },
    });
    await watch.open(SITE);
    await house.settings.create('tags', SITE, { value: { name: 'VIP' } }, SAM);
    await reached;
    watch.stop();
    expect(problems).toEqual(['settings-not-applied']);
  });
});
