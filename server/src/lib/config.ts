import { isIP } from 'node:net';
import { LOG_LEVELS, type LogLevel } from './logger.ts';

/** What the operator sets, checked. */
export interface Config {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Origin under which browsers reach the server; undefined: the one that they ask for. */
  readonly publicOrigin: string | undefined;
  readonly dataFolder: string;
  /** `postgres://…`; undefined: a SQLite file in the data folder. */
  readonly databaseUrl: string | undefined;
  /** `redis://…`: what several processes tell each other goes through it. */
  readonly redisUrl: string | undefined;
  /** Newest first; empty: one is made and kept in the data folder. */
  readonly secrets: readonly string[];
  /** Where the viewer of shared pages listens; undefined: the port after the server's own. */
  readonly viewerPort: number | undefined;
  /** Under which origin browsers reach the viewer. */
  readonly viewerOrigin: string | undefined;
  /** How many proxies of the operator's own stand in front, each adding to X-Forwarded-For. */
  readonly trustedProxies: number;
  readonly logLevel: LogLevel;
}

/** A value of the environment or the command line that cannot be used; `main.ts` prints it and exits with 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export type Environment = Readonly<Record<string, string | undefined>>;

const PORT_MAX = 65_535;
const PROXIES_MAX = 10;
const SECRETS_MAX = 2;
const SECRET_MIN_LENGTH = 24;
const VALUE_MAX_LENGTH = 4_096;

/** Everything that is read, with what a value looks like; the texts complete "NAME must be …". */
const VARIABLES = {
  HOST: 'an IP address or a host name',
  PORT: 'a whole number from 0 to 65535',
  PUBLIC_URL: 'an http(s) address without a path, such as https://chat.example.com',
  DATA_DIR: 'a folder',
  DATABASE_URL: 'an address such as postgres://user:password@host/database',
  REDIS_URL: 'an address such as redis://host:6379',
  LIVEKIT_URL: 'an address such as wss://livekit.example.com',
  LIVEKIT_API_KEY: 'text without spaces',
  LIVEKIT_API_SECRET: 'text without spaces',
  SIP_TRUNK_ID: 'text without spaces',
  SMTP_URL: 'an address such as smtp://host:25',
  VIEWER_PORT: 'a whole number from 0 to 65535',
  VIEWER_ORIGIN: 'an http(s) address without a path',
  SECRET: `at least ${SECRET_MIN_LENGTH} characters; during a rotation the new one, a comma, the old one`,
  TRUST_PROXY: `a whole number from 0 to ${PROXIES_MAX}: how many proxies stand in front`,
  LOG_LEVEL: `one of ${LOG_LEVELS.join(', ')}`,
} as const;

type Variable = keyof typeof VARIABLES;

/** Names of everything that is read. */
export const SETTINGS = Object.keys(VARIABLES);

/** Of parts of the house that are not built yet: checked, so that a mistake shows now, and otherwise unused. */
const ADDRESSES = {
  LIVEKIT_URL: ['ws:', 'wss:', 'http:', 'https:'],
  SMTP_URL: ['smtp:', 'smtps:'],
} as const;
const WORDS = ['LIVEKIT_API_KEY', 'LIVEKIT_API_SECRET', 'SIP_TRUNK_ID'] as const;

/**
 * Checks the environment. An empty value counts as unset. What starts with `ALONGSIDE_` was meant for us and is
 * refused, because there is no such variable. @throws ConfigError
 */
export function readConfig(environment: Environment): Config {
  const stray = Object.keys(environment).find((name) => name.startsWith('ALONGSIDE_'));
  if (stray !== undefined) throw new ConfigError(`${stray} is not a setting of Alongside.`);
  const value = (name: Variable): string | undefined => {
    const text = environment[name];
    if (text === undefined || text === '') return undefined;
    return text.length <= VALUE_MAX_LENGTH && !text.includes('\0') ? text : refuse(name);
  };
  for (const [name, protocols] of Object.entries(ADDRESSES)) addressOf(name as Variable, protocols, value);
  for (const name of WORDS) if (/\s/.test(value(name) ?? '')) refuse(name);
  const databaseUrl = addressOf('DATABASE_URL', ['postgres:', 'postgresql:'], value);
  const secrets = secretsOf(value);
  return {
    host: hostOf(value),
    port: wholeNumber('PORT', PORT_MAX, value) ?? 4100,
    publicOrigin: originOf('PUBLIC_URL', value),
    dataFolder: value('DATA_DIR') ?? 'data',
    databaseUrl,
    redisUrl: redisUrlOf(value, databaseUrl, secrets),
    secrets,
    viewerPort: wholeNumber('VIEWER_PORT', PORT_MAX, value),
    viewerOrigin: originOf('VIEWER_ORIGIN', value),
    trustedProxies: wholeNumber('TRUST_PROXY', PROXIES_MAX, value) ?? 0,
    logLevel: logLevelOf(value),
  };
}

type Value = (name: Variable) => string | undefined;

/** Never shows the value: it may be a secret. */
function refuse(name: Variable): never {
  throw new ConfigError(`${name} must be ${VARIABLES[name]}.`);
}

function wholeNumber(name: Variable, max: number, value: Value): number | undefined {
  const text = value(name);
  if (text === undefined) return undefined;
  const number = Number(text);
  return /^\d{1,6}$/.test(text) && number <= max ? number : refuse(name);
}

function hostOf(value: Value): string {
  const host = value('HOST') ?? '127.0.0.1';
  const isName = /^(?!-)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*$/.test(host);
  return isIP(host) !== 0 || (isName && !/^[\d.]+$/.test(host)) ? host : refuse('HOST');
}

function originOf(name: Variable, value: Value): string | undefined {
  const text = value(name);
  if (text === undefined) return undefined;
  if (!URL.canParse(text)) refuse(name);
  const url = new URL(text);
  const isBare = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  return /^https?:$/.test(url.protocol) && isBare ? url.origin : refuse(name);
}

function addressOf(name: Variable, protocols: readonly string[], value: Value): string | undefined {
  const text = value(name);
  if (text === undefined) return undefined;
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) refuse(name);
  return text;
}

function secretsOf(value: Value): string[] {
  const secrets = value('SECRET')?.split(',') ?? [];
  const isGood = secrets.every((secret) => secret.length >= SECRET_MIN_LENGTH && !/\s/.test(secret));
  return isGood && secrets.length <= SECRETS_MAX ? secrets : refuse('SECRET');
}

/** Redis is for several processes, which need one store, and one secret for each other's tokens. */
function redisUrlOf(
  value: Value,
  databaseUrl: string | undefined,
  secrets: readonly string[],
): string | undefined {
  const redisUrl = addressOf('REDIS_URL', ['redis:', 'rediss:'], value);
  if (redisUrl === undefined) return undefined;
  if (databaseUrl === undefined) {
    throw new ConfigError('REDIS_URL is for several processes, which need one DATABASE_URL: set it too.');
  }
  if (secrets.length === 0) {
    throw new ConfigError('REDIS_URL is for several processes, which need one SECRET: set it too.');
  }
  return redisUrl;
}

function logLevelOf(value: Value): LogLevel {
  const text = value('LOG_LEVEL') ?? 'info';
  return LOG_LEVELS.find((level) => level === text) ?? refuse('LOG_LEVEL');
}
