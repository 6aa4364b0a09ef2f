import { DecodeError } from '@alongside/sdk/protocol';
import { type RequestHandler, type Request, type Response, Router, json } from 'express';
import type { AgentIdentity, SignedIn } from '../identity/agent-identity.ts';
import type { Limits } from '../lib/limits.ts';
import type { Metrics } from '../lib/metrics.ts';
import { TokenBuckets } from '../lib/token-buckets.ts';
import { addressOf } from './client-address.ts';
import { decodeProblem, shapeProblem } from './decode-frame.ts';
import { HttpError } from './http-error.ts';
import type { Call, Route } from './route.ts';
import { isOwnOrigin } from './same-origin.ts';
import { API_HEADERS } from './security-headers.ts';
import type { SessionCookie } from './session-cookie.ts';

export interface ApiOptions {
  readonly routes: readonly Route[];
  readonly agents: Pick<AgentIdentity, 'byCookie'>;
  readonly cookie: SessionCookie;
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly monotonic: () => number;
  readonly trustedProxies: number;
  readonly publicOrigin: string | undefined;
}

/** Serves the routes of `/v1`: each request is decoded whole before its handler runs. */
export function apiRouter(options: ApiOptions): Router {
  const { limits } = options;
  const router = Router({ caseSensitive: true, strict: true });
  const rate = new TokenBuckets(limits.requestsPerAddress);
  router.use('/v1', (request, response, next) => {
    response.set(API_HEADERS);
    const now = options.monotonic();
    const retryAfterMs = rate.take(addressOf(request, options.trustedProxies), now);
    if (rate.size > SWEEP_FROM) rate.sweep(now);
    if (retryAfterMs > 0) throw new HttpError('rate-limited', 'too many in a short time', retryAfterMs);
    next();
  });
  const readBody = json({ limit: limits.httpBodyMaxBytes, strict: true, type: 'application/json' });
  for (const each of options.routes) {
    const path = each.path.replace(/\{(\w+)\}/g, ':$1');
    router[each.method](path, readBody, handlerOf(each, options));
  }
  return router;
}

/** Addresses that are remembered before those that are full again are forgotten. */
const SWEEP_FROM = 10_000;

function handlerOf(route: Route, options: ApiOptions): RequestHandler {
  return async (request, response) => {
    if (route.method !== 'get') refuseForeign(request, options.publicOrigin);
    const who = await callerOf(route, request, options);
    const call = {
      ...decoded(route, request, options.limits),
      who,
      address: addressOf(request, options.trustedProxies),
      host: request.headers.host,
      cookies: request.headers.cookie,
      setHeader: (name: string, value: string) => void response.set(name, value),
    };
    const answer = await route.handle(call as Call<never, never, never, never>);
    send(route, response, answer);
  };
}

function send(route: Route, response: Response, answer: unknown): void {
  if (route.answer) response.json(answer);
  else response.status(204).end();
}

/**
 * A page of another site cannot write here in somebody's name: browsers say where a request comes from, and a body
 * that is not JSON, as a plain form would send it, is refused.
 */
export function refuseForeign(request: Request, publicOrigin: string | undefined): void {
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  const isForeign =
    (site !== undefined && site !== 'same-origin') ||
    (origin !== undefined && !isOwnOrigin(origin, { host, publicOrigin }));
  if (isForeign) throw new HttpError('forbidden', 'another site may not do this');
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody && request.is('application/json') === false) {
    throw new HttpError('malformed', 'the body must be application/json');
  }
}

async function callerOf(route: Route, request: Request, options: ApiOptions): Promise<SignedIn | undefined> {
  if (route.access === 'public') return undefined;
  const cookie = options.cookie.read(request.headers.cookie);
  const who = cookie === undefined ? undefined : await options.agents.byCookie(cookie);
  if (!who) throw new HttpError('unauthenticated', 'sign in first');
  const { role } = who.agent;
  if (route.access === 'admin' && role !== 'admin') {
    throw new HttpError('forbidden', 'only an admin may do this');
  }
  if (route.access === 'supervisor' && role === 'agent') {
    throw new HttpError('forbidden', 'only supervisors and admins may do this');
  }
  return who;
}

function decoded(
  route: Route,
  request: Request,
  limits: Limits,
): { parameters: unknown; query: unknown; body: unknown } {
  const body: unknown = request.body;
  const problem = route.body && shapeProblem(body, limits);
  if (problem) throw new HttpError(problem.code, problem.message);
  try {
    return {
      parameters: route.parameters?.decode(request.params, 'path'),
      query: route.query?.decode(request.query, 'query'),
      body: route.body?.decode(body, 'body'),
    };
  } catch (error) {
    const { code, message } = decodeProblem(error);
    const field = error instanceof DecodeError ? /^body\.(.+)/.exec(error.path)?.[1] : undefined;
    throw new HttpError(code, message, undefined, field);
  }
}
