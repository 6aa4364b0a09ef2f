import { holdAnew } from './enqueue-decisions.ts';
import { hoursProblems } from './hours-problems.ts';
import { refuse } from './refuse.ts';
import { risingStep } from './relaxation.ts';
import type {
  ConfigureHours,
  ConfigureQueue,
  ConfigureSite,
  Refused,
  RoutingCommand,
} from './routing-commands.ts';
import type { RoutingEventOf } from './routing-events.ts';
import type { Decision } from './routing-steps.ts';

type SettingsCommand = Extract<
  RoutingCommand,
  {
    type: 'configure-queue' | 'remove-queue' | 'configure-hours' | 'remove-hours' | 'configure-site';
  }
>;

/** What holds for queues, their hours and the site. Saved settings come here; contradictions are refused. */
export function decideSettings(decision: Decision, command: SettingsCommand): Refused | undefined {
  switch (command.type) {
    case 'configure-queue':
      return configureQueue(decision, command);
    case 'remove-queue':
      return removeQueue(decision, command.queue);
    case 'configure-hours':
      return configureHours(decision, command);
    case 'remove-hours':
      return removeHours(decision, command.hours);
    case 'configure-site':
      return configureSite(decision, command);
  }
}

function configureQueue(decision: Decision, command: ConfigureQueue): Refused | undefined {
  const { state, emit } = decision;
  const { queue, name, wrapUp = { mode: 'none' }, requirements = [], steps = [], hours } = command;
  const rise = risingStep(requirements, steps);
  if (rise !== undefined) return refuse('invalid', rise);
  if (hours !== undefined && !state.hours.has(hours)) {
    return refuse('not-found', `there are no opening hours ${hours}`);
  }
  const second = command.overflow?.second?.queue;
  if (second === queue) return refuse('invalid', 'a queue cannot help itself');
  if (second !== undefined && !state.queues.has(second)) {
    return refuse('not-found', `there is no queue ${second}`);
  }
  emit({ type: 'queue-configured', queue, name, wrapUp, ...queueDetails(command) });
  const changed = state.queues.get(queue);
  if (changed) holdAnew(decision, changed);
  return undefined;
}

function queueDetails(
  command: ConfigureQueue,
): Pick<RoutingEventOf<'queue-configured'>, 'requirements' | 'steps' | 'hours' | 'closing' | 'overflow'> {
  const { requirements = [], steps = [], hours, closing, overflow } = command;
  return {
    ...(requirements.length > 0 && { requirements: [...requirements] }),
    ...(steps.length > 0 && {
      steps: steps.map((step) => ({ ...step, requirements: [...step.requirements] })),
    }),
    ...(hours !== undefined && { hours }),
    ...(closing && { closing }),
    ...(overflow && { overflow: { ...overflow, offer: [...overflow.offer] } }),
  };
}

/** Its waiting and held work, or that of the queues it helps, would have nowhere to be. */
function removeQueue({ state, emit }: Decision, queue: string): Refused | undefined {
  if (!state.queues.has(queue)) return refuse('not-found', `there is no queue ${queue}`);
  for (const item of state.items.values()) {
    if (item.queue === queue) return refuse('invalid', 'the queue still has work: finish or move it first');
  }
  for (const each of state.queues.values()) {
    if (each.overflow?.second?.queue === queue) return refuse('invalid', `the queue helps ${each.id}`);
  }
  if (state.site.chats === queue) return refuse('invalid', 'the chats of the site go to this queue');
  emit({ type: 'queue-removed', queue });
  return undefined;
}

function configureHours(decision: Decision, { hours, opens }: ConfigureHours): Refused | undefined {
  const [first] = hoursProblems(opens);
  if (first) return refuse('invalid', `${first.path}: ${first.problem}`);
  decision.emit({ type: 'hours-configured', hours, opens });
  for (const queue of decision.state.queues.values()) {
    if (queue.hours === hours) holdAnew(decision, queue);
  }
  return undefined;
}

function removeHours({ state, emit }: Decision, hours: string): Refused | undefined {
  if (!state.hours.has(hours)) return refuse('not-found', `there are no opening hours ${hours}`);
  for (const queue of state.queues.values()) {
    if (queue.hours === hours) return refuse('invalid', `the queue ${queue.id} keeps these hours`);
  }
  emit({ type: 'hours-removed', hours });
  return undefined;
}

function configureSite({ state, emit }: Decision, command: ConfigureSite): Refused | undefined {
  const { chats, afterHours } = command;
  if (chats !== undefined && !state.queues.has(chats))
    return refuse('not-found', `there is no queue ${chats}`);
  if (state.site.chats === chats && state.site.afterHours === afterHours) return undefined;
  emit({ type: 'site-configured', afterHours, ...(chats !== undefined && { chats }) });
  return undefined;
}
