import { deskOpen } from './desk.ts';
import { agentCommand, agentSignal, fetchPage, leave, openConversation } from './envelope.ts';
import { type Infer, union } from './schema.ts';
import { agentHello, ping, pong } from './session.ts';

/** All that an agent's client sends. */
export const agentUp = union(
  agentHello,
  agentCommand,
  agentSignal,
  openConversation,
  leave,
  fetchPage,
  deskOpen,
  ping,
  pong,
);
export type AgentUp = Infer<typeof agentUp>;
