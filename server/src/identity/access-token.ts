import {
  NAME_MAX_LENGTH,
  conversationId,
  object,
  sessionId,
  siteKey,
  string,
  visitorId,
} from '@alongside/sdk/protocol';
import type { Clock } from '@alongside/sdk/shared';
import { SignJWT, jwtVerify } from 'jose';
import type { SecretKeys } from './secrets.ts';

/** How long an access token is good for. */
export const ACCESS_LASTS_MS = 10 * 60_000;

const SECOND_MS = 1_000;
const TYPE = 'at+jwt';
const ALGORITHM = 'HS256';
const ORIGIN_MAX_LENGTH = 300;

const claims = object({
  sub: visitorId,
  aud: siteKey,
  /** The page's origin; empty for a program that sends none. */
  org: string(ORIGIN_MAX_LENGTH),
  /** The family of refresh tokens that it came with, which is the session. */
  ses: sessionId,
  cnv: conversationId,
  nam: string(NAME_MAX_LENGTH),
});

/** What an access token says. It is all that a reconnect needs, so that one costs no query. */
export interface AccessClaims {
  visitor: string;
  site: string;
  origin: string | undefined;
  session: string;
  conversation: string;
  name: string;
}

/** Signed tokens that say who a visitor is, on one site and for pages of one origin. */
export class AccessTokens {
  readonly #keys: SecretKeys;
  readonly #clock: Clock;

  constructor(keys: SecretKeys, clock: Clock) {
    this.#keys = keys;
    this.#clock = clock;
  }

  sign(access: AccessClaims): Promise<string> {
    const [key] = this.#keys;
    const now = Math.floor(this.#clock.now() / SECOND_MS);
    return new SignJWT({
      org: access.origin ?? '',
      ses: access.session,
      cnv: access.conversation,
      nam: access.name,
    })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: key.id })
      .setSubject(access.visitor)
      .setAudience(access.site)
      .setIssuedAt(now)
      .setExpirationTime(now + ACCESS_LASTS_MS / SECOND_MS)
      .sign(key.access);
  }

  /** What a token says, or undefined where it is not ours, has ended, or is for another site or origin. */
  async verify(
    token: string,
    expected: { site: string; origin: string | undefined },
  ): Promise<AccessClaims | undefined> {
    try {
      const { payload } = await jwtVerify(
        token,
        ({ kid }) => {
          const key = this.#keys.find(({ id }) => id === kid);
          if (!key) throw new Error('unknown key');
          return key.access;
        },
        {
          algorithms: [ALGORITHM],
          typ: TYPE,
          audience: expected.site,
          currentDate: new Date(this.#clock.now()),
          requiredClaims: ['exp', 'iat', 'sub'],
        },
      );
      const { sub, aud, org, ses, cnv, nam } = claims.decode(payload, '');
      if (org !== (expected.origin ?? '')) return undefined;
      return { visitor: sub, site: aud, origin: expected.origin, session: ses, conversation: cnv, name: nam };
    } catch {
      // Whatever is wrong with it, it proves nothing; the refresh token decides.
      return undefined;
    }
  }
}
