import type { AgentCard, Role } from '@alongside/sdk/agent';
import type { SettingsValues, StoredSetting } from '@alongside/sdk/shared';

/** Who is signed in, by this browser's cookie. */
export interface Identity {
  agent: AgentCard;
  role: Role;
  site: { key: string; name: string };
}

/** A message that a search found; `snippet` is its text around the words, those marked. */
export interface SearchHit {
  conversation: string;
  seq: number;
  at: number;
  author: { kind: string; name?: string };
  visitorName: string;
  snippet: { text: string; hit: boolean }[];
}

/** What the console asks for besides the live connection. Every call rejects with an {@link ApiError}. */
export interface Api {
  /** Redeems the code of a one-time link; the answer sets the cookie. */
  signIn(code: string): Promise<void>;
  signOut(): Promise<void>;
  /** Undefined where nobody is signed in. */
  identity(): Promise<Identity | undefined>;
  /** A socket ticket: one use, 30 seconds. */
  ticket(): Promise<string>;
  search(words: string, abort: AbortSignal): Promise<SearchHit[]>;
  /** A list of what the site has set up, as far as agents may read it. */
  list<Kind extends keyof SettingsValues>(kind: Kind): Promise<StoredSetting<SettingsValues[Kind]>[]>;
  /** Any other request; whoever asks knows the answer's type. */
  call(method: Method, path: string, body?: object, abort?: AbortSignal): Promise<unknown>;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The server said no, or could not be reached (`status` 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** Dotted path of what is wrong in what was sent. */
  readonly field: string | undefined;
  constructor(status: number, code: string, message: string, field?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

/** The REST side of the server that this page comes from. */
export function httpApi(): Api {
  return {
    async signIn(code) {
      await post('/v1/sign-in', { code });
    },
    async signOut() {
      await post('/v1/sign-out');
    },
    async identity() {
      try {
        return (await request('/v1/me', {})) as Identity;
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return undefined;
        throw error;
      }
    },
    async ticket() {
      return ((await post('/v1/agent/ticket')) as { ticket: string }).ticket;
    },
    async search(words, abort) {
      const found = await request(`/v1/search?q=${encodeURIComponent(words)}`, { signal: abort });
      return (found as { hits: SearchHit[] }).hits;
    },
    async list<Kind extends keyof SettingsValues>(kind: Kind) {
      const answer = await request(`/v1/${kind}`, {});
      return (answer as { items: StoredSetting<SettingsValues[Kind]>[] }).items;
    },
    call: (method, path, body, abort) => send(method, path, body, abort),
  };
}

function post(path: string, body: object = {}): Promise<unknown> {
  return send('POST', path, body);
}

function send(method: Method, path: string, body?: object, abort?: AbortSignal): Promise<unknown> {
  return request(path, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    ...(abort && { signal: abort }),
  });
}

async function request(path: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: 'same-origin', cache: 'no-store' });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, 'unreachable', 'The server cannot be reached.');
  }
  const text = await response.text();
  if (response.ok) return text ? (JSON.parse(text) as unknown) : undefined;
  throw errorOf(response.status, text);
}

/** An answer that is no error of ours (a proxy's page) still becomes one. */
function errorOf(status: number, text: string): ApiError {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown; message?: unknown; field?: unknown } };
    if (typeof error?.code === 'string' && typeof error.message === 'string') {
      const field = typeof error.field === 'string' ? error.field : undefined;
      return new ApiError(status, error.code, error.message, field);
    }
  } catch {
    // Not JSON: said below by its status.
  }
  return new ApiError(status, 'unexpected', `The server answered with status ${status}.`);
}
