import { desk, deskPatch } from './desk.ts';
import { ack, agentShownSignal, entry, errorMessage, opened, pageOfEntries, refused } from './envelope.ts';
import { type Infer, union } from './schema.ts';
import { agentPing, agentWelcome, pong } from './session.ts';

/** All that an agent's client is sent. */
export const agentDown = union(
  agentWelcome,
  ack,
  refused,
  entry,
  pageOfEntries,
  opened,
  agentShownSignal,
  desk,
  deskPatch,
  agentPing,
  pong,
  errorMessage,
);
export type AgentDown = Infer<typeof agentDown>;
