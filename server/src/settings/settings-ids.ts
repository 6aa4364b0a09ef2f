import { newId } from '@alongside/sdk/shared';

const ID_MAX_LENGTH = 40;
const TRIES_MAX = 1_000;

/**
 * An id for something new, made of its name so that people know it again in a file or a command: `Büro Nord` becomes
 * `buro-nord`, a second one `buro-nord-2`. A name without a letter of ours gets a random one.
 */
export function freeId(name: string | undefined, isTaken: (id: string) => boolean): string {
  const word = (name ?? '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{Mark}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, ID_MAX_LENGTH)
    .replace(/^-+|-+$/g, '');
  for (let count = 1; word !== '' && count <= TRIES_MAX; count++) {
    const id = count === 1 ? word : `${word}-${count}`;
    if (!isTaken(id)) return id;
  }
  return newId('set');
}
