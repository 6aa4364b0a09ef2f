import {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
  Router,
  raw,
} from 'express';
import { mayUseSite } from '../identity/origins.ts';
import type { SitesStore } from '../identity/sites-store.ts';
import type { Limits } from '../lib/limits.ts';
import { TokenBuckets } from '../lib/token-buckets.ts';
import { addressOf } from './client-address.ts';
import type { Greeting } from './connection.ts';
import { HttpError } from './http-error.ts';
import type { RelayFlush } from './relay-flush.ts';
import type { RelayStreams } from './relay-streams.ts';
import { isOwnOrigin } from './same-origin.ts';
import { API_HEADERS } from './security-headers.ts';
import type { StreamWire } from './stream-wire.ts';

export interface StreamRouteOptions {
  readonly streams: RelayStreams;
  readonly flush: RelayFlush;
  readonly sites: Pick<SitesStore, 'list'>;
  readonly limits: Limits;
  readonly monotonic: () => number;
  readonly trustedProxies: number;
  readonly publicOrigin: string | undefined;
}

const STREAM_PATH = '/v1/relay/stream';
const SEND_PATH = '/v1/relay/send';
const FLUSH_PATH = '/v1/relay/flush';
/** How long browsers may believe the answer to a preflight; the most that Chromium takes. */
const PREFLIGHT_LASTS_SECONDS = 7_200;
/** How long the sites' origins are believed without being read again. */
const BELIEVED_MS = 1_000;
/** Addresses that are remembered before those that are full again are forgotten. */
const SWEEP_FROM = 10_000;
const BEARER = /^Bearer ([\w-]{1,200})$/;
const JSON_TYPE = 'application/json';
/** What a browser sends to another origin without asking first: a page that goes has no time for the answer. */
const PLAIN_TYPE = 'text/plain';
const PAYLOAD_TOO_LARGE = 413;

/**
 * The relay for whom WebSockets are blocked (DL10): `GET /v1/relay/stream` and `POST /v1/relay/send`. And for pages
 * that go (DL5): `POST /v1/relay/flush`.
 */
export function streamRoutes(options: StreamRouteOptions): Router {
  const { streams, limits } = options;
  const paths = [STREAM_PATH, SEND_PATH, FLUSH_PATH];
  const refused = refusals(options);
  const router = Router({ caseSensitive: true, strict: true });
  router.use(paths, sharing(options, refused));
  router.options(paths, (_request, response) => {
    response.set({
      'Access-Control-Allow-Methods': 'GET, POST',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type',
      'Access-Control-Max-Age': String(PREFLIGHT_LASTS_SECONDS),
    });
    response.status(204).end();
  });
  router.get(STREAM_PATH, (request, response) => {
    const address = addressOf(request, options.trustedProxies);
    streams.open(response, { address, origin: request.headers.origin });
  });
  const readBody = raw({ limit: limits.frameMaxBytes, inflate: false, type: JSON_TYPE });
  router.post(SEND_PATH, itsStream(streams, refused), readBody, tooLarge(streams), takeBatch(streams));
  const readPlain = raw({ limit: limits.frameMaxBytes, inflate: false, type: PLAIN_TYPE });
  router.post(FLUSH_PATH, mayFlush(options, refused), readPlain, takeFlush(options));
  return router;
}

/** Puts an error in place of another, where an address makes too many. */
type Refusals = (request: Request, error: HttpError) => HttpError;

/** Only what is refused is counted by address: a stream's own posts have the rate of its frames. */
function refusals({ limits, monotonic, trustedProxies }: StreamRouteOptions): Refusals {
  const rate = new TokenBuckets(limits.requestsPerAddress);
  return (request, error) => {
    const now = monotonic();
    const retryAfterMs = rate.take(addressOf(request, trustedProxies), now);
    if (rate.size > SWEEP_FROM) rate.sweep(now);
    if (retryAfterMs === 0) return error;
    return new HttpError('rate-limited', 'too many in a short time', retryAfterMs);
  };
}

/** Lets pages read the answer that may (CORS), and nobody else in. */
function sharing(options: StreamRouteOptions, refused: Refusals): RequestHandler {
  const mayRead = originGate(options);
  return async (request, response, next) => {
    response.set(API_HEADERS).vary('Origin');
    if (!(await mayRead(request))) {
      throw refused(request, new HttpError('forbidden', 'no site lists this origin'));
    }
    const { origin } = request.headers;
    if (origin !== undefined) {
      response.set('Access-Control-Allow-Origin', origin);
      response.set('Access-Control-Expose-Headers', 'Retry-After');
    }
    next();
  };
}

/** Finds the stream before the body is read, so that strangers make us read none. */
function itsStream(streams: RelayStreams, refused: Refusals): RequestHandler {
  return (request, response, next) => {
    const { authorization, origin } = request.headers;
    const [, key] = BEARER.exec(authorization ?? '') ?? [];
    const wire = streams.find(key, origin);
    if (!wire) throw refused(request, new HttpError('not-found', 'there is no such stream'));
    if (request.is(JSON_TYPE) === false) {
      throw refused(request, new HttpError('malformed', `the body must be ${JSON_TYPE}`));
    }
    response.locals['wire'] = wire;
    next();
  };
}

function takeBatch(streams: RelayStreams): RequestHandler {
  return async (request, response) => {
    await streams.take(wireOf(response), bytesOf(request), greetingOf(request));
    response.status(204).end();
  };
}

/** Looks at what is known before the body is read. */
function mayFlush({ flush, trustedProxies }: StreamRouteOptions, refused: Refusals): RequestHandler {
  return (request, _response, next) => {
    if (request.is(PLAIN_TYPE) === false) {
      throw refused(request, new HttpError('malformed', `the body must be ${PLAIN_TYPE}`));
    }
    flush.admit(addressOf(request, trustedProxies));
    next();
  };
}

function takeFlush({ flush, trustedProxies }: StreamRouteOptions): RequestHandler {
  return async (request, response) => {
    const address = addressOf(request, trustedProxies);
    const answers = await flush.take(bytesOf(request), address, greetingOf(request));
    response.status(202).json({ answers });
  };
}

function bytesOf({ body }: { body?: unknown }): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

function greetingOf({ headers: { origin, host, cookie: cookies } }: Request): Greeting {
  return { origin, host, cookies };
}

/** The stream that the request's key named. */
function wireOf(response: Response): StreamWire {
  return response.locals['wire'] as StreamWire;
}

/** A post over the limit is to a stream what a frame over it is to a socket. */
function tooLarge(streams: RelayStreams): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    const { status } = error as { status?: unknown };
    if (status === PAYLOAD_TOO_LARGE) streams.unreadable(wireOf(response), 1009, '');
    next(error);
  };
}

/**
 * Whether pages of a request's origin may read the answer: our own, and those that any site lists (T9). Which
 * site it is says the hello, and is then looked at exactly.
 */
function originGate({ sites, monotonic, publicOrigin }: StreamRouteOptions) {
  let known: { at: number; sites: ReturnType<SitesStore['list']> } | undefined;
  return async ({ headers: { origin, host } }: Request): Promise<boolean> => {
    if (origin === undefined || isOwnOrigin(origin, { host, publicOrigin })) return true;
    const now = monotonic();
    if (!known || now - known.at > BELIEVED_MS) {
      known = { at: now, sites: sites.list() };
      known.sites.catch(() => (known = undefined));
    }
    return (await known.sites).some((site) => mayUseSite(site, origin));
  };
}
