import { expect, test } from 'vitest';
import { schedule } from './schedule.ts';
import type { Stage } from './stages.ts';

const stage = (name: string, after?: string): Stage => ({
  name,
  command: [],
  suite: false,
  ...(after !== undefined && { after }),
});

async function record(stages: Stage[], failing: string[] = []): Promise<{ log: string[]; widest: number }> {
  const log: string[] = [];
  let now = 0;
  let widest = 0;
  await schedule(
    stages,
    2,
    async ({ name }) => {
      now += 1;
      widest = Math.max(widest, now);
      log.push(`begin ${name}`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`end ${name}`);
      now -= 1;
      return !failing.includes(name);
    },
    ({ name }) => log.push(`skip ${name}`),
  );
  return { log, widest };
}

test('never more than two stages run at once, and all run', async () => {
  const { log, widest } = await record([stage('a'), stage('b'), stage('c'), stage('d'), stage('e')]);
  expect(widest).toBe(2);
  expect(log.filter((line) => line.startsWith('end'))).toHaveLength(5);
});

test('a stage waits for the one it needs', async () => {
  const { log } = await record([stage('build'), stage('browser', 'build'), stage('types')]);
  expect(log.indexOf('begin browser')).toBeGreaterThan(log.indexOf('end build'));
});

test('a stage whose need failed is skipped, and so is what waits for it', async () => {
  const { log } = await record([stage('build'), stage('e2e', 'build'), stage('later', 'e2e')], ['build']);
  expect(log).toContain('skip e2e');
  expect(log).toContain('skip later');
});

test('a need that was not asked for is taken as done', async () => {
  const { log } = await record([stage('e2e', 'build')]);
  expect(log).toEqual(['begin e2e', 'end e2e']);
});
