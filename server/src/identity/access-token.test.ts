import { newId } from '@alongside/sdk/shared';
import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { ACCESS_LASTS_MS, type AccessClaims, AccessTokens } from './access-token.ts';
import { nextSecret, secretKeys } from './secrets.ts';

const OLD = 'the-old-secret-of-this-server';
const NEW = 'the-new-secret-of-this-server';
const claims: AccessClaims = {
  visitor: newId('vis'),
  site: 'shop',
  origin: 'https://shop.test',
  session: newId('ses'),
  conversation: newId('cnv'),
  name: 'Visitor ABCD',
};
const here = { site: 'shop', origin: 'https://shop.test' };

let now = 1_800_000_000_000;
const clock = { now: () => now, monotonic: () => now, after: () => () => undefined };
const tokens = (...secrets: string[]): AccessTokens => new AccessTokens(secretKeys(secrets), clock);

test('[T10] a token says what was signed, until it ends', async () => {
  const issuer = tokens(NEW);
  const token = await issuer.sign(claims);
  expect(await issuer.verify(token, here)).toEqual(claims);
  now += ACCESS_LASTS_MS - 1_000;
  expect(await issuer.verify(token, here)).toEqual(claims);
  now += 2_000;
  expect(await issuer.verify(token, here)).toBeUndefined();
});

test('[T10] during a rotation tokens of both secrets are good, afterwards only the new one’s', async () => {
  const old = await tokens(OLD).sign(claims);
  const fresh = await tokens(NEW, OLD).sign(claims);
  expect(await tokens(NEW, OLD).verify(old, here)).toEqual(claims);
  expect(await tokens(NEW, OLD).verify(fresh, here)).toEqual(claims);
  expect(await tokens(NEW).verify(old, here)).toBeUndefined();
  expect(await tokens(NEW).verify(fresh, here)).toEqual(claims);
});

test('[T10] a token for another site, another origin or no origin is not good here', async () => {
  const issuer = tokens(NEW);
  const token = await issuer.sign(claims);
  expect(await issuer.verify(token, { ...here, site: 'other' })).toBeUndefined();
  expect(await issuer.verify(token, { ...here, origin: 'https://www.shop.test' })).toBeUndefined();
  expect(await issuer.verify(token, { ...here, origin: undefined })).toBeUndefined();
});

test('[T10] only our own kind of token counts, even one that our key has signed', async () => {
  const [key] = secretKeys([NEW]);
  const other = (header: object, payload: object): Promise<string> =>
    new SignJWT({ ...payload })
      .setProtectedHeader({ alg: 'HS256', kid: key.id, ...header })
      .setAudience('shop')
      .setSubject(claims.visitor)
      .setIssuedAt(now / 1_000)
      .setExpirationTime(now / 1_000 + 60)
      .sign(key.access);
  const good = { org: here.origin, ses: claims.session, cnv: claims.conversation, nam: 'x' };
  const verify = async (token: Promise<string>): Promise<unknown> => tokens(NEW).verify(await token, here);
  expect(await verify(other({ typ: 'at+jwt' }, good))).toBeDefined();
  expect(await verify(other({ typ: 'JWT' }, good))).toBeUndefined();
  expect(await verify(other({ typ: 'at+jwt', kid: 'unknown' }, good))).toBeUndefined();
  expect(await verify(other({ typ: 'at+jwt' }, { ...good, cnv: 'cnv_1' }))).toBeUndefined();
  expect(await verify(other({ typ: 'at+jwt' }, { ...good, ses: undefined }))).toBeUndefined();
  expect(await verify(Promise.resolve('nonsense'))).toBeUndefined();
});

test('each purpose has a key of its own, and no key tells the secret or another key', () => {
  const [key] = secretKeys([NEW]);
  const [other] = secretKeys([OLD]);
  const all = [key.access, key.refresh, other.access, other.refresh].map((each) =>
    Buffer.from(each).toString('hex'),
  );
  expect(new Set(all).size).toBe(4);
  expect(key.id).not.toBe(other.id);
  expect(all.some((each) => each.includes(key.id))).toBe(false);
});

test('[T10] the next refresh token is the same each time, and not to be found without the key', () => {
  const [key] = secretKeys([NEW]);
  const [other] = secretKeys([OLD]);
  expect(nextSecret(key, 'a')).toBe(nextSecret(key, 'a'));
  expect(nextSecret(key, 'a')).not.toBe(nextSecret(key, 'b'));
  expect(nextSecret(key, 'a')).not.toBe(nextSecret(other, 'a'));
  expect(Buffer.from(nextSecret(key, 'a'), 'base64url')).toHaveLength(32);
});
