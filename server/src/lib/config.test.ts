import { expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

test('an empty environment gives the defaults', () => {
  expect(readConfig({})).toEqual({
    host: '127.0.0.1',
    port: 4100,
    publicOrigin: undefined,
    dataFolder: 'data',
    databaseUrl: undefined,
    redisUrl: undefined,
    secrets: [],
    trustedProxies: 0,
    logLevel: 'info',
  });
  expect(readConfig({ PORT: '', HOST: '' })).toEqual(readConfig({}));
});

test('every value is taken over', () => {
  const secrets = ['n'.repeat(32), 'o'.repeat(32)];
  expect(
    readConfig({
      HOST: '::1',
      PORT: '0',
      PUBLIC_URL: 'https://chat.example.com/',
      DATA_DIR: '/var/lib/alongside',
      DATABASE_URL: 'postgres://user:password@db/alongside',
      REDIS_URL: 'rediss://cache:6380',
      SECRET: secrets.join(','),
      TRUST_PROXY: '2',
      LOG_LEVEL: 'warn',
      LIVEKIT_URL: 'wss://livekit.example.com',
      SMTP_URL: 'smtp://mail:25',
      PATH: '/usr/bin',
    }),
  ).toEqual({
    host: '::1',
    port: 0,
    publicOrigin: 'https://chat.example.com',
    dataFolder: '/var/lib/alongside',
    databaseUrl: 'postgres://user:password@db/alongside',
    redisUrl: 'rediss://cache:6380',
    secrets,
    trustedProxies: 2,
    logLevel: 'warn',
  });
});

test.each([
  ['HOST', 'a b'],
  ['HOST', '1.2.3.4.5'],
  ['HOST', '-x'],
  ['PORT', '1.5'],
  ['PORT', ' 80'],
  ['PORT', '0x50'],
  ['PUBLIC_URL', 'https://user@chat.example.com'],
  ['PUBLIC_URL', 'https://chat.example.com/?a'],
  ['PUBLIC_URL', 'javascript:alert(1)'],
  ['DATA_DIR', 'a\0b'],
  ['DATA_DIR', 'x'.repeat(5_000)],
  ['DATABASE_URL', 'sqlite:data.db'],
  ['REDIS_URL', '127.0.0.1:6379'],
  ['SECRET', `${'a'.repeat(32)},${'b'.repeat(32)},${'c'.repeat(32)}`],
  ['SECRET', `${'a'.repeat(30)} ${'b'.repeat(30)}`],
  ['TRUST_PROXY', '11'],
  ['LOG_LEVEL', 'INFO'],
  ['LIVEKIT_API_KEY', 'a b'],
])('%s=%s is refused in one line that names it and shows no value', (name, value) => {
  const attempt = (): unknown => readConfig({ [name]: value });
  expect(attempt).toThrow(ConfigError);
  expect(attempt).toThrow(new RegExp(`^${name} must be [^\\n]+\\.$`));
  if (name === 'SECRET') expect(attempt).not.toThrow(value);
});

test('a setting of a part that does not exist yet is said, not ignored', () => {
  expect(() => readConfig({ ALONGSIDE_SECRET: 'x' })).toThrow(/ALONGSIDE_SECRET is not a setting/);
});

test('several processes need one database and one secret', () => {
  const REDIS_URL = 'redis://127.0.0.1';
  const DATABASE_URL = 'postgres://db/alongside';
  const SECRET = 's'.repeat(32);
  expect(() => readConfig({ REDIS_URL, SECRET })).toThrow(/REDIS_URL .* DATABASE_URL/);
  expect(() => readConfig({ REDIS_URL, DATABASE_URL })).toThrow(/REDIS_URL .* SECRET/);
  expect(readConfig({ REDIS_URL, DATABASE_URL, SECRET }).redisUrl).toBe(REDIS_URL);
});
