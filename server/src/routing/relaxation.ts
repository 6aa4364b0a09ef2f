import type { Requirement, RelaxationStep } from './routing-model.ts';

/**
 * RT5, checked when a plan is given: each step comes later than the one before and drops or lowers requirements
 * only, so that nobody who suits an item ceases to by its age. Undefined when the plan is right, else one
 * sentence about the first thing that is wrong.
 */
export function risingStep(
  asked: readonly Requirement[],
  steps: readonly RelaxationStep[],
): string | undefined {
  if (hasTwice(asked)) return 'a skill is required twice';
  let before = asked;
  let age = 0;
  for (const step of steps) {
    if (step.after <= age) return `the step after ${step.after} ms does not come after the one before`;
    if (hasTwice(step.requirements)) return `the step after ${step.after} ms requires a skill twice`;
    for (const { skill, level } of step.requirements) {
      const was = levelOf(before, skill);
      if (level > was) return `the step after ${step.after} ms raises ${skill} from ${was} to ${level}`;
    }
    before = step.requirements;
    age = step.after;
  }
  return undefined;
}

/** 0 when the skill is not required. */
function levelOf(requirements: readonly Requirement[], skill: string): number {
  return requirements.find((each) => each.skill === skill)?.level ?? 0;
}

function hasTwice(requirements: readonly Requirement[]): boolean {
  return new Set(requirements.map((each) => each.skill)).size < requirements.length;
}
