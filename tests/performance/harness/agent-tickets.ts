import { newTicket, signIn } from '../../support/agent-session.ts';

/** Signs in by a one-time link and answers tickets for `count` sockets. */
export async function agentTickets(server: string, link: string, count: number): Promise<string[]> {
  const { cookie } = await signIn(server, link);
  const tickets: string[] = [];
  for (let index = 0; index < count; index++) tickets.push(await newTicket(server, cookie));
  return tickets;
}
