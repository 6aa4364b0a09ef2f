import { type WhyNotAnswer, itemId, object, whyNotAnswer } from '@alongside/sdk/protocol';
import { HttpError } from '../http-error.ts';
import { type Route, route } from '../route.ts';

/** RT16 for an item of a site; undefined where it does not wait. */
export type AskWhyNot = (site: string, item: string) => Promise<WhyNotAnswer | undefined>;

export interface FloorRouteOptions {
  readonly whyNot: AskWhyNot;
}

/** What supervisors ask of the floor beside its live rows. */
export function floorRoutes({ whyNot }: FloorRouteOptions): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/work-items/{item}/why-not',
      summary: 'Why nobody takes a piece of work that waits: per agent the first rule against it.',
      access: 'supervisor',
      parameters: object({ item: itemId }),
      answer: whyNotAnswer,
      async handle({ who, parameters }) {
        const answer = await whyNot(who.agent.site, parameters.item);
        if (!answer) throw new HttpError('not-found', 'it does not wait any more');
        return answer;
      },
    }),
  ];
}
