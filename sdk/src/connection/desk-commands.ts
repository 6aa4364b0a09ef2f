import type { AgentCommandBody, ChosenPresence } from '../protocol/index.ts';
import type { DeskActions, Outcome, TransferTarget } from './agent-client.ts';

type Command = (body: AgentCommandBody) => Promise<Outcome>;

/** What an agent does at the desk; each is one command, answered once the server has stored it. */
export class DeskCommands implements DeskActions {
  readonly #command: Command;

  constructor(command: Command) {
    this.#command = command;
  }

  setPresence(presence: ChosenPresence, reason?: string, drain?: boolean): Promise<Outcome> {
    return this.#command({
      type: 'desk.status',
      presence,
      ...(reason !== undefined && { reason }),
      ...(drain !== undefined && { drain }),
    });
  }

  accept(item: string, offer: string): Promise<Outcome> {
    return this.#command({ type: 'desk.accept', item, offer });
  }

  decline(item: string, offer: string): Promise<Outcome> {
    return this.#command({ type: 'desk.decline', item, offer });
  }

  transfer(item: string, to: TransferTarget): Promise<Outcome> {
    return this.#command({ type: 'desk.transfer', item, ...to });
  }

  withdrawTransfer(item: string): Promise<Outcome> {
    return this.#command({ type: 'desk.transfer-withdraw', item });
  }

  endConsult(item: string, handOver: boolean): Promise<Outcome> {
    return this.#command({ type: 'desk.consult-end', item, handOver });
  }

  endWrapUp(item: string, code?: string): Promise<Outcome> {
    return this.#command({ type: 'desk.wrap-up-end', item, ...(code !== undefined && { code }) });
  }

  seeMentions(conversation: string): Promise<Outcome> {
    return this.#command({ type: 'desk.mention-seen', conversation });
  }

  assign(item: string, agent: string): Promise<Outcome> {
    return this.#command({ type: 'desk.assign', item, agent });
  }
}
