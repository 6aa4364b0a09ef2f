import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newToken } from '../lib/random-token.ts';
import { oneLine } from '../lib/report.ts';
import { StartError } from '../lib/start-error.ts';

const FILE_NAME = 'secret';
const KEY_BYTES = 32;
const KEY_ID_LENGTH = 8;
/** As many characters as 128 random bits take in base32 or hex; less can be guessed. */
export const SECRET_MIN_LENGTH = 24;

/** One secret's keys, by purpose; `id` tells which one signed, and nothing about it. */
export interface SecretKey {
  readonly id: string;
  /** For signing access tokens. */
  readonly access: Uint8Array;
  /** For making the next refresh token out of the one before it. */
  readonly refresh: Uint8Array;
}

/** Newest first. All are accepted, the first one signs. */
export type SecretKeys = readonly [SecretKey, ...SecretKey[]];

/** The keys of a server: from the secrets that its operator gave, or from the one in its data folder. @throws StartError */
export function keysOf(config: { secrets: readonly string[]; dataFolder: string }): SecretKeys {
  return secretKeys(config.secrets.length > 0 ? config.secrets : [secretOfFolder(config.dataFolder)]);
}

/** Keys from secrets, newest first. */
export function secretKeys(secrets: readonly string[]): SecretKeys {
  const [first, ...others] = secrets.map(derivedFrom);
  if (!first) throw new StartError('SECRET is empty.');
  return [first, ...others];
}

function derivedFrom(secret: string): SecretKey {
  const derive = (purpose: string): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', secret, 'alongside', purpose, KEY_BYTES));
  const id = createHash('sha256').update(derive('id')).digest('hex').slice(0, KEY_ID_LENGTH);
  return { id, access: derive('access'), refresh: derive('refresh') };
}

/** The secret of a data folder, made when it is missing; only its owner may read it. @throws StartError */
export function secretOfFolder(dataFolder: string): string {
  const path = join(dataFolder, FILE_NAME);
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    if (!existsSync(path)) writeFileSync(path, `${newToken()}\n`, { mode: 0o600, flag: 'wx' });
    if (isReadByOthers(path)) chmodSync(path, 0o600);
    const secret = readFileSync(path, 'utf8').trim();
    if (secret.length < SECRET_MIN_LENGTH)
      throw new Error(`it is shorter than ${SECRET_MIN_LENGTH} characters`);
    return secret;
  } catch (error) {
    throw new StartError(`The secret in ${path} cannot be used: ${oneLine(error)}.`);
  }
}

/** Whether others than the owner may read a file; never on Windows, which has no such modes. */
export function isReadByOthers(path: string): boolean {
  return process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0;
}

/** The refresh token that follows another: the same one however often it is asked for, known to nobody else. */
export function nextSecret(key: SecretKey, secret: string): string {
  return createHmac('sha256', key.refresh).update(secret).digest('base64url');
}
