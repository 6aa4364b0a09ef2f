import { newId, platformRandom, type RandomBytes } from '../lib/ids.ts';

/** A page with more is a page that makes addresses. */
const NAMES_MAX = 2_000;

/**
 * Names under which viewers ask for pictures and fonts of the page's own origin (CO13). A name tells nothing of the
 * address, is good for this page only, and nothing that has none can be asked for.
 */
export class AssetNames {
  readonly #origin: string;
  readonly #prefix: string;
  readonly #names = new Map<string, string>();
  readonly #addresses = new Map<string, string>();

  constructor(origin: string, random: RandomBytes = platformRandom) {
    this.#origin = origin;
    this.#prefix = newId('asset', random).replace('_', ':');
  }

  /** The name of an address; `undefined` for one of another origin, which this page could not read either. */
  nameOf(address: string): string | undefined {
    const known = this.#names.get(address);
    if (known !== undefined) return known;
    if (new URL(address).origin !== this.#origin || this.#names.size >= NAMES_MAX) return undefined;
    const name = `${this.#prefix}-${this.#names.size.toString(36)}`;
    this.#names.set(address, name);
    this.#addresses.set(name, address);
    return name;
  }

  addressOf(name: string): string | undefined {
    return this.#addresses.get(name);
  }
}
