import { type ReadonlySignal, signal } from '@preact/signals';
import { type Api, ApiError, type Identity } from './api.ts';

/**
 * Whether somebody is signed in. checking (asking the server) · signed-out, with the reason where there is one ·
 * link-refused (the one-time link was used or has expired; `current` is who is signed in all the same) ·
 * unreachable (try again) · signed-in.
 */
export type Session =
  | { state: 'checking' }
  | { state: 'signed-out'; because?: 'ended' | 'left' }
  | { state: 'link-refused'; current?: Identity }
  | { state: 'unreachable' }
  | { state: 'signed-in'; identity: Identity };

const LINK = /^#sign-in=([\x21-\x7e]{1,200})$/;

/** Where the page stands: the part of `location` and `history` that signing in needs. */
export interface Address {
  hash(): string;
  /** Puts the address without its fragment in place of the present one, so that the code is in no history. */
  clearHash(): void;
}

export const browserAddress: Address = {
  hash: () => location.hash,
  clearHash: () => {
    history.replaceState(null, '', location.pathname + location.search);
  },
};

/** Signing in and out. The code of a link leaves the address bar before anything else happens. */
export class SessionKeeper {
  readonly #api: Api;
  readonly #address: Address;
  readonly #session = signal<Session>({ state: 'checking' });
  /** The code of a link, until the server has answered to it: a lost answer does not lose the link. */
  #code: string | undefined;

  constructor(api: Api, address: Address) {
    this.#api = api;
    this.#address = address;
  }

  get session(): ReadonlySignal<Session> {
    return this.#session;
  }

  /** Redeems the link in the address, if there is one, and finds out who is signed in. */
  async start(): Promise<void> {
    this.#code = this.#takeCode() ?? this.#code;
    this.#session.value = { state: 'checking' };
    try {
      const refused = this.#code !== undefined && !(await this.#redeem(this.#code));
      this.#code = undefined;
      const identity = await this.#api.identity();
      if (refused) this.#session.value = { state: 'link-refused', ...(identity && { current: identity }) };
      else if (identity) this.#session.value = { state: 'signed-in', identity };
      else this.#session.value = { state: 'signed-out' };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#session.value = { state: 'unreachable' };
    }
  }

  /** After a refused link: goes on as who is signed in. */
  proceed(identity: Identity): void {
    this.#session.value = { state: 'signed-in', identity };
  }

  /** The server ended the session. */
  ended(): void {
    this.#session.value = { state: 'signed-out', because: 'ended' };
  }

  async signOut(): Promise<void> {
    await this.#api.signOut();
    this.#session.value = { state: 'signed-out', because: 'left' };
  }

  /** True while the address carries a link: one was opened in a tab where the console runs. */
  hasLink(): boolean {
    return LINK.test(this.#address.hash());
  }

  #takeCode(): string | undefined {
    const hash = this.#address.hash();
    if (hash.startsWith('#sign-in')) this.#address.clearHash();
    const code = LINK.exec(hash)?.[1];
    return code === undefined ? undefined : decodeURIComponent(code);
  }

  async #redeem(code: string): Promise<boolean> {
    try {
      await this.#api.signIn(code);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) return false;
      throw error;
    }
  }
}
