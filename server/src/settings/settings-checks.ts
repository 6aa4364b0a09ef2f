import {
  type Assignment,
  type CoBrowsePolicy,
  type QueueSettings,
  REPLY_VARIABLES,
  type SettingsKind,
  type SettingsValues,
  type SkillRequirement,
  unknownVariables,
  writtenSelectorFaults,
} from '@alongside/sdk/shared';
import { toOrigin } from '../identity/origins.ts';
import { hoursProblems } from '../routing/hours-problems.ts';
import { risingStep } from '../routing/relaxation.ts';
import type { DecidedSettings } from './decided-settings.ts';
import { SettingsFault } from './settings-fault.ts';

/** What a value is checked against: everything else that holds, without the value itself. */
export interface CheckContext {
  readonly id: string;
  readonly settings: DecidedSettings;
  /** Ids of all who may sign in. */
  readonly agents: ReadonlySet<string>;
}

type Check<Kind extends SettingsKind> = (value: SettingsValues[Kind], context: CheckContext) => void;

const invalid = (field: string, message: string): SettingsFault =>
  new SettingsFault('invalid', message, field);

/** Refuses what decodes and cannot be meant. @throws SettingsFault with the first thing that is wrong */
export function check<Kind extends SettingsKind>(
  kind: Kind,
  value: SettingsValues[Kind],
  context: CheckContext,
): void {
  (CHECKS[kind] as Check<Kind>)(value, context);
}

const CHECKS: { readonly [Kind in SettingsKind]: Check<Kind> } = {
  queues: (value, context) => {
    checkName('queues', value.name, context);
    checkQueue(value, context);
  },
  skills: (value, context) => checkName('skills', value.name, context),
  hours: (value, context) => {
    checkName('hours', value.name, context);
    const [problem] = hoursProblems(value);
    if (problem) throw invalid(problem.path, problem.problem);
  },
  assignments: checkAssignment,
  'canned-replies': (value, context) => {
    mustBe('queues', value.queue, 'queue', context);
    const twin = context.settings
      .list('canned-replies')
      .find(
        (each) =>
          each.id !== context.id &&
          each.value.shortcut === value.shortcut &&
          each.value.queue === value.queue,
      );
    if (twin) throw invalid('shortcut', `/${value.shortcut} is taken by “${twin.value.title}”`);
    const [unknown] = unknownVariables(value.text);
    if (unknown !== undefined) {
      throw invalid('text', `{{${unknown}}} is no variable; there are ${REPLY_VARIABLES.join(', ')}`);
    }
  },
  tags: (value, context) => checkName('tags', value.name, context),
  'wrap-up-codes': (value, context) => {
    mustBe('queues', value.queue, 'queue', context);
    checkName('wrap-up-codes', value.name, context);
  },
  'site-options': (value, context) => {
    mustBe('hours', value.hours, 'hours', context);
    mustBe('queues', value.queue, 'queue', context);
  },
  'co-browse-policy': checkPolicy,
};

/** People tell settings apart by their names. */
function checkName(
  kind: 'queues' | 'skills' | 'hours' | 'tags' | 'wrap-up-codes',
  name: string,
  { id, settings }: CheckContext,
): void {
  const same = (other: string): boolean => other.trim().toLowerCase() === name.trim().toLowerCase();
  const others = settings.list(kind).filter((each) => each.id !== id);
  if (others.some(({ value }) => same(value.name)))
    throw invalid('name', `“${name.trim()}” is there already`);
}

const ONE_OF: { readonly [Kind in SettingsKind]?: string } = {
  queues: 'queue',
  skills: 'skill',
  hours: 'opening hours',
};

/** A reference to something that is there, or to nothing. */
function mustBe(
  kind: 'queues' | 'skills' | 'hours',
  id: string | undefined,
  field: string,
  { settings }: CheckContext,
): void {
  if (id === undefined || settings.find(kind, id)) return;
  throw invalid(field, `there is no ${ONE_OF[kind]} “${id}”`);
}

function checkQueue(value: QueueSettings, context: CheckContext): void {
  const { wrapUp, requirements, relaxation, overflow } = value;
  if (wrapUp.mode === 'time-boxed' && wrapUp.seconds === undefined) {
    throw invalid('wrapUp.seconds', 'a time-boxed wrap-up needs its seconds');
  }
  if (wrapUp.mode !== 'time-boxed' && wrapUp.seconds !== undefined) {
    throw invalid('wrapUp.seconds', 'only a time-boxed wrap-up has seconds');
  }
  mustBe('hours', value.hours, 'hours', context);
  checkRequirements(requirements, 'requirements', context);
  for (const [index, step] of relaxation.entries()) {
    checkRequirements(step.requirements, `relaxation[${index}].requirements`, context);
  }
  checkRelaxation(value, context.settings);
  if (!overflow) return;
  const { second, offer, waitingMax, waitSecondsMax } = overflow;
  mustBe('queues', second?.queue, 'overflow.second.queue', context);
  if (second?.queue === context.id) {
    throw invalid('overflow.second.queue', 'a queue cannot help itself out');
  }
  if (new Set(offer).size < offer.length) throw invalid('overflow.offer', 'the same is offered twice');
  if (offer.length > 0 && waitingMax === undefined && waitSecondsMax === undefined) {
    throw invalid('overflow', 'say from how many waiting, or from what wait on, another way is offered');
  }
}

function checkRequirements(
  requirements: readonly SkillRequirement[],
  field: string,
  context: CheckContext,
): void {
  const seen = new Set<string>();
  for (const [index, { skill }] of requirements.entries()) {
    mustBe('skills', skill, `${field}[${index}].skill`, context);
    if (seen.has(skill)) throw invalid(`${field}[${index}].skill`, 'the skill is required twice');
    seen.add(skill);
  }
}

/** RT5, by the very function that the engine uses; each longer plan is asked, to name the step that is wrong. */
function checkRelaxation({ requirements, relaxation }: QueueSettings, settings: DecidedSettings): void {
  const steps = relaxation.map((step) => ({
    after: step.afterSeconds,
    requirements: step.requirements.map(asRequirement),
  }));
  for (const [index, step] of relaxation.entries()) {
    const rise = risingStep(requirements.map(asRequirement), steps.slice(0, index + 1));
    if (rise === undefined) continue;
    const before = relaxation[index - 1];
    const field = `relaxation[${index}]`;
    if (before && step.afterSeconds <= before.afterSeconds) {
      throw invalid(
        `${field}.afterSeconds`,
        `the step after ${step.afterSeconds} s must come later than the one before`,
      );
    }
    const levelBefore = (skill: string): number =>
      (before?.requirements ?? requirements).find((each) => each.skill === skill)?.level ?? 0;
    const raised = step.requirements.find(({ skill, level }) => level > levelBefore(skill));
    const name = (raised && settings.find('skills', raised.skill)?.value.name) ?? '';
    throw invalid(
      `${field}.requirements`,
      raised
        ? `a step may only ask for less, and the step after ${step.afterSeconds} s raises ${name} from ${levelBefore(raised.skill)} to ${raised.level}`
        : rise,
    );
  }
}

type Requirement = Parameters<typeof risingStep>[0][number];

/** Levels are 1 to 5 by the schema. */
export function asRequirement({ skill, level }: SkillRequirement): Requirement {
  return { skill, level: level as Requirement['level'] };
}

function checkAssignment({ memberships, skills }: Assignment, context: CheckContext): void {
  if (!context.agents.has(context.id)) throw new SettingsFault('not-found', 'there is no such agent');
  const queues = new Set<string>();
  for (const [index, { queue }] of memberships.entries()) {
    mustBe('queues', queue, `memberships[${index}].queue`, context);
    if (queues.has(queue)) throw invalid(`memberships[${index}].queue`, 'an agent is in a queue once');
    queues.add(queue);
  }
  const known = new Set<string>();
  for (const [index, { skill }] of skills.entries()) {
    mustBe('skills', skill, `skills[${index}].skill`, context);
    if (known.has(skill)) throw invalid(`skills[${index}].skill`, 'an agent has a skill once');
    known.add(skill);
  }
}

function checkPolicy(policy: CoBrowsePolicy, { settings }: CheckContext): void {
  const [fault] = writtenSelectorFaults(policy);
  if (fault) {
    const index = policy[fault.list]?.indexOf(fault.selector) ?? 0;
    throw invalid(
      `${fault.list}[${index}]`,
      `“${fault.selector.slice(0, 100)}” cannot be used: ${fault.reason}`,
    );
  }
  for (const [index, origin] of policy.assetOrigins.entries()) {
    if (toOrigin(origin) !== origin) {
      throw invalid(
        `assetOrigins[${index}]`,
        `${origin.slice(0, 100)} is not one origin, such as https://cdn.example.com`,
      );
    }
  }
  // Once it holds it stays as it is until somebody changes it back (CO3).
  const isNew = policy.preset === 'balanced' && settings.coBrowsePolicy.preset !== 'balanced';
  if (isNew && policy.seen === undefined) {
    throw invalid(
      'preset',
      'balanced shows the text of pages: look first at a page as agents would see it, and name it in `seen`',
    );
  }
}
