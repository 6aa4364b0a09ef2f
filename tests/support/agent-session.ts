/** Somebody who is signed in. */
export interface AgentSession {
  /** As it is sent: `name=value`. */
  readonly cookie: string;
  readonly agent: { readonly id: string; readonly name: string };
}

/** A request that a server refused. */
export class RefusedError extends Error {
  readonly status: number;

  constructor(what: string, status: number) {
    super(`${what} answered ${status}`);
    this.status = status;
  }
}

async function posted(server: string, path: string, headers: object, body: object): Promise<Response> {
  const answer = await fetch(server + path, {
    method: 'POST',
    headers: { origin: server, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new RefusedError(path, answer.status);
  return answer;
}

/** Signs in with a one-time link, as the console does. Rejects with a `RefusedError`. */
export async function signIn(server: string, link: string): Promise<AgentSession> {
  const code = new URL(link).hash.replace('#sign-in=', '');
  const answer = await posted(server, '/v1/sign-in', {}, { code });
  const [cookie = ''] = (answer.headers.getSetCookie()[0] ?? '').split(';');
  return { cookie, ...((await answer.json()) as Pick<AgentSession, 'agent'>) };
}

/** A ticket for one socket. Rejects with a `RefusedError`: 401 when the session is over. */
export async function newTicket(server: string, cookie: string): Promise<string> {
  const answer = await posted(server, '/v1/agent/ticket', { cookie }, {});
  return ((await answer.json()) as { ticket: string }).ticket;
}
