import { agentId } from './ids.ts';
import { NAME_MAX_LENGTH } from './limits.ts';
import { type Infer, object, oneOf, optional, string } from './schema.ts';

/** An agent as others see them. */
export const agentCard = object({ id: agentId, name: string(NAME_MAX_LENGTH) });
export type AgentCard = Infer<typeof agentCard>;

/** Who wrote an event; set by the server, never by a client. `id` and `name` are absent for `system`. */
export const author = object({
  kind: oneOf('visitor', 'agent', 'system'),
  id: optional(string(40)),
  name: optional(string(NAME_MAX_LENGTH)),
});
export type Author = Infer<typeof author>;

export const role = oneOf('agent', 'supervisor', 'admin');
export type Role = Infer<typeof role>;

/**
 * Who may read an event: `everyone` (the visitor too) · `agents` (all who work the conversation) ·
 * `staff` (supervisors and admins). Each contains the ones before it.
 */
export const AUDIENCES = ['everyone', 'agents', 'staff'] as const;
export const audience = oneOf(...AUDIENCES);
export type Audience = Infer<typeof audience>;
