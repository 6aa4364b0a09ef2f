import { parseArgs } from 'node:util';
import { newCommandId, systemClock } from '@alongside/sdk/shared';
import { openLog } from '../../server/src/events/open-log.ts';
import { type StoragePlace, openStorage } from '../../server/src/storage/open-storage.ts';
import { said, tally } from './storage-rig-parts.ts';

/**
 * Appends without end to some streams of a store, and prints each acknowledged command on a line of its own, as
 * `stream seq command`, once it is acknowledged. Started to be killed.
 */
const { values } = parseArgs({
  options: { place: { type: 'string', default: '' }, run: { type: 'string', default: '' } },
});
const common = { clock: systemClock, report: (problem: string) => process.stderr.write(`${problem}\n`) };
const storage = await openStorage(JSON.parse(values.place) as StoragePlace, common);
await storage.migrate();
const log = await openLog(storage, common);
process.stdout.write('ready\n');

async function appendForEver(stream: string): Promise<never> {
  const device = `${values.run} ${stream}`;
  for (let n = 1; ; n++) {
    const id = newCommandId(systemClock.now());
    const answer = await log.transact(tally(stream), { id, device, n, digest: '' }, ({ state }) => ({
      append: [said(`${state.count + 1}`)],
    }));
    if (!answer.ok) throw new Error(JSON.stringify(answer));
    process.stdout.write(`${stream} ${answer.seq} ${id}\n`);
  }
}

await Promise.all(Array.from({ length: 5 }, (_, index) => appendForEver(`s${index}`)));
