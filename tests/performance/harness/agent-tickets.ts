/** Signs in by a one-time link and answers tickets for `count` sockets. */
export async function agentTickets(server: string, link: string, count: number): Promise<string[]> {
  const code = /#sign-in=(.+)$/.exec(link)?.[1];
  if (code === undefined) throw new Error(`not a sign-in link: ${link}`);
  const signedIn = await post(`${server}/v1/sign-in`, { code });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const tickets: string[] = [];
  for (let index = 0; index < count; index++) {
    const answer = await post(`${server}/v1/agent/ticket`, undefined, cookie);
    tickets.push(((await answer.json()) as { ticket: string }).ticket);
  }
  return tickets;
}

async function post(url: string, body: object | undefined, cookie?: string): Promise<Response> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      origin: new URL(url).origin,
      ...(body && { 'content-type': 'application/json' }),
      ...(cookie !== undefined && { cookie }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}
