import type { Clock } from '@alongside/sdk/shared';
import { visitorName } from '../customers/visitor-name.ts';
import type { Bus } from '../bus/bus.ts';
import { hashOfToken, isSameSecret, newToken } from '../lib/random-token.ts';
import { ACCESS_LASTS_MS, type AccessClaims, type AccessTokens } from './access-token.ts';
import { type SecretKeys, nextSecret } from './secrets.ts';
import type { Visitor, VisitorsStore } from './visitors-store.ts';

declare module '../bus/bus.ts' {
  interface TopicMessages {
    /** key: empty. A visitor's session was revoked: its access tokens are not good any more. */
    'visitor-revoked': { session: string; at: number };
  }
}

const DAY_MS = 24 * 3_600_000;
/** A refresh token that is not used for this long has ended. */
export const REFRESH_LASTS_MS = 30 * DAY_MS;

/** What a hello brings. */
export interface VisitorProof {
  site: string;
  origin: string | undefined;
  access: string | undefined;
  refresh: string | undefined;
}

export interface VisitorTokens {
  access: string;
  accessLastsMs: number;
  refresh: string;
}

/** Who a visitor is. `tokens` where new ones were made. */
export interface Admitted {
  session: string;
  visitor: Visitor;
  tokens?: VisitorTokens;
}

export interface VisitorIdentityOptions {
  visitors: VisitorsStore;
  tokens: AccessTokens;
  keys: SecretKeys;
  clock: Clock;
  newId: (prefix: string) => string;
  bus: Bus;
}

/**
 * Visitors have no account: a refresh token (256 random bits, kept as a hash, replaced at each use) stands for the
 * browser, and short-lived access tokens for it. A refresh token reads `<family>.<secret>`. The one before the
 * present one stays good until the present one has been used, since an answer may get lost on its way, and gives
 * the same successor again; an older one means that two have it, and ends the whole family (T10).
 */
export class VisitorIdentity {
  readonly #visitors: VisitorsStore;
  readonly #tokens: AccessTokens;
  readonly #keys: SecretKeys;
  readonly #clock: Clock;
  readonly #newId: (prefix: string) => string;
  readonly #bus: Bus;
  /** Families whose access tokens may still run, with the time of their end. */
  readonly #revoked = new Map<string, number>();

  constructor(options: VisitorIdentityOptions) {
    this.#visitors = options.visitors;
    this.#tokens = options.tokens;
    this.#keys = options.keys;
    this.#clock = options.clock;
    this.#newId = options.newId;
    this.#bus = options.bus;
    this.#bus.subscribe('visitor-revoked', '', ({ session, at }) => this.#revoked.set(session, at));
  }

  /** Reads who was revoked shortly before this process started. */
  async start(): Promise<void> {
    await this.revokedSince(this.#clock.now() - ACCESS_LASTS_MS);
  }

  /** Reads who was revoked since a time, by whichever process, and takes it in. */
  async revokedSince(time: number): Promise<{ id: string; at: number }[]> {
    const revocations = await this.#visitors.revokedSince(time);
    for (const { id, at } of revocations) this.#revoked.set(id, at);
    return revocations;
  }

  isRevoked(session: string): boolean {
    return this.#revoked.has(session);
  }

  /** Answers who it is: by access token, by refresh token, or somebody new where there is neither. */
  async admit(proof: VisitorProof): Promise<Admitted | undefined> {
    const { access, refresh, site } = proof;
    if (access !== undefined) {
      const claims = await this.#tokens.verify(access, proof);
      if (claims && !this.isRevoked(claims.session)) return byAccess(claims);
    }
    if (refresh !== undefined) return this.#refresh(refresh, proof);
    return access === undefined ? this.#welcome(site, proof.origin) : undefined;
  }

  /** Forgets revocations that no access token can outlive. */
  sweep(): void {
    const since = this.#clock.now() - ACCESS_LASTS_MS;
    for (const [family, at] of this.#revoked) if (at < since) this.#revoked.delete(family);
  }

  async #welcome(site: string, origin: string | undefined): Promise<Admitted> {
    const now = this.#clock.now();
    const id = this.#newId('vis');
    const conversation = this.#newId('cnv');
    const visitor = { id, site, conversation, name: visitorName(conversation) };
    await this.#visitors.add(visitor, now);
    const session = this.#newId('ses');
    const secret = newToken();
    await this.#visitors.addFamily(
      { id: session, visitor: id, hash: hashOfToken(secret), expiresAt: now + REFRESH_LASTS_MS },
      now,
    );
    return this.#withTokens(session, visitor, origin, `${session}.${secret}`);
  }

  async #refresh(token: string, proof: VisitorProof): Promise<Admitted | undefined> {
    const [session = '', secret = ''] = token.split('.');
    const family = await this.#visitors.findFamily(session);
    const now = this.#clock.now();
    if (!family || family.revokedAt !== null || family.expiresAt <= now) return undefined;
    const visitor = await this.#visitors.find(family.visitor);
    if (visitor?.site !== proof.site) return undefined;
    const hash = hashOfToken(secret);
    const isPrevious = family.previousHash !== null && isSameSecret(hash, family.previousHash);
    if (!isSameSecret(hash, family.hash) && !isPrevious) {
      await this.#revoke(session, now);
      return undefined;
    }
    const next = nextSecret(this.#keys[0], secret);
    const change = {
      from: family.hash,
      previous: hash,
      to: hashOfToken(next),
      expiresAt: now + REFRESH_LASTS_MS,
    };
    // False where another tab was quicker with the same token: it got the same successor.
    await this.#visitors.rotate(session, change, now);
    return this.#withTokens(session, visitor, proof.origin, `${session}.${next}`);
  }

  async #withTokens(
    session: string,
    visitor: Visitor,
    origin: string | undefined,
    refresh: string,
  ): Promise<Admitted> {
    const { id, site, conversation, name } = visitor;
    const access = await this.#tokens.sign({ visitor: id, site, origin, session, conversation, name });
    return { session, visitor, tokens: { access, accessLastsMs: ACCESS_LASTS_MS, refresh } };
  }

  async #revoke(session: string, now: number): Promise<void> {
    await this.#visitors.revokeFamily(session, now);
    this.#bus.publish('visitor-revoked', '', { session, at: now });
    this.#bus.publish('revoked', session, { reason: 'token-reuse' });
  }
}

function byAccess(claims: AccessClaims): Admitted {
  const { visitor: id, site, conversation, name, session } = claims;
  return { session, visitor: { id, site, conversation, name } };
}
