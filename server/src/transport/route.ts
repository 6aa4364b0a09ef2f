import type { Schema } from '@alongside/sdk/protocol';
import type { SignedIn } from '../identity/agent-identity.ts';

/** Who may call: anybody · who is signed in · supervisors and admins · admins. */
export type RouteAccess = 'public' | 'agent' | 'supervisor' | 'admin';

/** What a handler gets: everything decoded, and who asks (undefined on public routes without a good cookie). */
export interface Call<Parameters, Query, Body, Who> {
  readonly parameters: Parameters;
  readonly query: Query;
  readonly body: Body;
  readonly who: Who;
  /** The client's address, shortened as the limits count it. */
  readonly address: string;
  readonly cookies: string | undefined;
  /** The host that the server was reached under, as the client says. */
  readonly host: string | undefined;
  readonly setHeader: (name: string, value: string) => void;
}

export interface RouteSpec<Access extends RouteAccess, Parameters, Query, Body, Answer> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As in OpenAPI: `/v1/agents/{agent}`. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly parameters?: Schema<Parameters>;
  readonly query?: Schema<Query>;
  readonly body?: Schema<Body>;
  /** Absent: the answer has no body (204). */
  readonly answer?: Schema<Answer>;
  readonly handle: (
    call: Call<Parameters, Query, Body, Access extends 'public' ? undefined : SignedIn>,
  ) => Promise<Answer>;
}

/** An endpoint: its decoders, its handler and its row of the OpenAPI document, in one value. */
export type Route = Omit<RouteSpec<RouteAccess, unknown, unknown, unknown, unknown>, 'handle'> & {
  readonly handle: (call: Call<never, never, never, never>) => Promise<unknown>;
};

/** Declares an endpoint. */
export function route<Access extends RouteAccess, Parameters, Query, Body, Answer>(
  spec: RouteSpec<Access, Parameters, Query, Body, Answer>,
): Route {
  return spec;
}
