import { cpSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inCentre } from './support/centre.ts';
import { report } from './support/report.ts';
import { storedLogs } from './support/stored-log.ts';
import { eventually, until } from './support/until.ts';

test('[DL3] R16: a store that was restored from an older backup gets a new epoch, and readers load it anew', async () => {
  await inCentre('R16', async (centre) => {
    const { server, history, random } = centre;
    const { visitor, agent, conversation } = await centre.chat();
    await server.terminate();
    const backup = `${server.dataFolder}-backup`;
    cpSync(server.dataFolder, backup, { recursive: true });
    await centre.comeBack();
    for (const text of ['after the backup', 'and another']) await visitor.send(text);
    await agent.send(conversation, 'noted');
    await history.until(() => history.settled, 'all stored', 30_000);
    const [before] = storedLogs(server.dataFolder);
    await server.kill();
    rmSync(server.dataFolder, { recursive: true });
    cpSync(backup, server.dataFolder, { recursive: true });
    history.replaced();
    await centre.comeBack();
    history.healed();
    const told = [visitor.client.conversation, agent.open(conversation).view];
    await Promise.all(told.map((view) => until(view, ({ restored }) => restored, 'the reader is told')));
    await visitor.send('what did I miss?');
    await agent.send(conversation, 'a restore');
    await eventually(() => history.unanswered === 0, 'answered');
    const verdict = await centre.judge();
    const [after] = storedLogs(server.dataFolder);
    // What the backup does not have is lost, and nobody is made to believe otherwise.
    const forgotten = verdict.lost.length;
    report({
      row: 'R16',
      fault: 'the store is replaced by an older backup; what came after it is gone, and readers are told',
      struck: { 'messages after the backup': forgotten },
      verdict: { ...verdict, lost: [] },
      seed: random.seed,
    });
    expect(after?.epoch).not.toBe(before?.epoch);
    expect(forgotten).toBe(3);
    const { broken, duplicate, phantom, holes, disorder } = verdict;
    expect({ broken, duplicate, phantom, holes, disorder }).toEqual({
      broken: [],
      duplicate: [],
      phantom: [],
      holes: [],
      disorder: [],
    });
    expect(
      [...history.readers.values()].map(({ runs }) => new Set(runs.map(({ epoch }) => epoch)).size),
    ).toEqual([2, 2]);
  });
});
