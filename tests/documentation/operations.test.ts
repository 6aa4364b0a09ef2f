import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Metrics } from '../../server/src/lib/metrics.ts';
import { SETTINGS } from '../../server/src/lib/config.ts';
import { absolute } from '../../tools/generate-docs.ts';

const read = (path: string): string => readFileSync(absolute(path), 'utf8');
const guide = read('docs/operations.md');
const section = (title: string): string => guide.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '';

/** First cells of a section's table. */
function firstCells(title: string): string[] {
  const rows = section(title)
    .split('\n')
    .filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) => row.split('|')[1]?.trim() ?? '');
}

describe('docs/operations.md', () => {
  test('lists every setting, and none that does not exist', () => {
    expect(firstCells('Settings').sort()).toEqual(SETTINGS.map((name) => `\`${name}\``).sort());
  });

  test('names rows of the budgets that exist, and copies none of their figures', () => {
    const rows = read('docs/budgets.jsonl')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { name: string }).name);
    const named = [...section('How large').matchAll(/`([a-z]+(?:-[a-z0-9]+)+)`/g)].map((match) => match[1]);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !rows.includes(name ?? ''))).toEqual([]);
  });

  test('its alarms are words of the log and of /metrics', async () => {
    const metrics = new Metrics();
    const nothing = (): number => 0;
    metrics.between({
      busWorks: () => true,
      ...{ busDropped: nothing, streamsFollowed: nothing, lookUps: nothing, foundLate: nothing },
    });
    const known = await metrics.registry.metrics();
    const named = [...guide.matchAll(/`(alongside_[a-z_]+)/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
    const words = firstCells('Alarms').flatMap((cell) =>
      [...cell.matchAll(/`([a-z]+-[a-z-]+)`/g)].map((match) => match[1] ?? ''),
    );
    const sources = REPORTERS.map((path) => read(`server/src/${path}`)).join('');
    expect(words.filter((word) => !sources.includes(`'${word}'`))).toEqual([]);
  });
});

/** Who reports what the table of alarms names. */
const REPORTERS = [
  ...['storage/health.ts', 'bus/redis-bus.ts', 'events/announcer.ts', 'events/outbox.ts'],
  ...['events/stream-news.ts', 'identity/revocation-watch.ts', 'desk/shared-presence.ts'],
  'settings/settings-watch.ts',
];

describe('the container files, which our tests do not run', () => {
  test('Dockerfile: known instructions, files that exist, settings that exist', () => {
    const lines = read('Dockerfile')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    const known = /^(FROM|WORKDIR|COPY|RUN|ENV|USER|VOLUME|EXPOSE|HEALTHCHECK|CMD) \S/;
    expect(lines.filter((line) => !known.test(line))).toEqual([]);
    const settings = lines.filter((line) => line.startsWith('ENV ')).flatMap(settingsOf);
    expect(settings.filter((name) => name !== 'NODE_ENV' && !isSetting(name))).toEqual([]);
    const command = lines.find((line) => line.startsWith('CMD '))?.replace('CMD ', '') ?? '[]';
    const [, entry = ''] = JSON.parse(command) as string[];
    expect(read(entry)).toContain('node');
    expect(lines.findLast((line) => line.startsWith('USER '))).toBe('USER node');
  });

  test('compose.yaml: indented by two, no tabs, and every setting of a process is one of ours', () => {
    const lines = read('compose.yaml').split('\n');
    expect(lines.filter((line) => line.includes('\t') || /^( {2})* \S/.test(line))).toEqual([]);
    const begin = lines.findIndex((line) => line === '  environment:');
    const end = lines.findIndex((line, index) => index > begin && !line.startsWith('    '));
    const settings = lines.slice(begin + 1, end).map((line) => line.trim().split(':')[0] ?? '');
    expect(settings).toContain('REDIS_URL');
    expect(settings.filter((name) => !isSetting(name))).toEqual([]);
    expect(lines.filter((line) => line === '    <<: *relay')).toHaveLength(2);
  });
});

function settingsOf(line: string): string[] {
  return [...line.matchAll(/([A-Z_]+)=/g)].map((match) => match[1] ?? '');
}

function isSetting(name: string): boolean {
  return SETTINGS.some((setting) => setting === name);
}
