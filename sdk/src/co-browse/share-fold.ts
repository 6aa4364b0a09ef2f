import type { EventBody, ShareState, UnreadableBody } from '../protocol/index.ts';

/** The share of a conversation's header after an event; every event of another kind leaves it as it is. */
export function shareAfter(
  share: ShareState | undefined,
  body: EventBody | UnreadableBody,
): ShareState | undefined {
  switch (body.type) {
    case 'co-browse.asked': {
      const { share: id, agent, until } = body;
      if (body.scope === 'view') return { id, agent, state: 'asked', until };
      return share?.id === id ? { ...share, control: { agent, state: 'asked', until } } : share;
    }
    case 'co-browse.answered':
      return share?.id === body.share ? answered(share, body) : share;
    case 'co-browse.ended':
      if (share?.id !== body.share) return share;
      return body.scope === 'view' ? undefined : withoutControl(share);
    case 'sitting.closed':
      return undefined;
    default:
      return share;
  }
}

function answered(
  share: ShareState,
  body: Extract<EventBody, { type: 'co-browse.answered' }>,
): ShareState | undefined {
  const { agent, grant, until } = body;
  if (body.scope === 'view') {
    return body.allowed ? { id: share.id, agent: share.agent, state: 'allowed' } : undefined;
  }
  if (!body.allowed) return withoutControl(share);
  const leave = { ...(grant !== undefined && { grant }), ...(until !== undefined && { until }) };
  return { ...share, control: { agent, state: 'allowed', ...leave } };
}

function withoutControl({ control: _, ...share }: ShareState): ShareState {
  return share;
}
