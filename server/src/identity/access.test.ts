import { expect, test } from 'vitest';
import type { AgentSession, VisitorSession } from '../events/session.ts';
import { type Protected, mayAccess } from './access.ts';

const visitor: VisitorSession = {
  kind: 'visitor',
  id: 'ses_1',
  site: 'shop',
  visitor: 'vis_1',
  conversation: 'cnv_1',
  name: 'Visitor',
  device: 'dev_1',
};
const agent: AgentSession = {
  kind: 'agent',
  id: 'ses_2',
  site: 'shop',
  agent: { id: 'agt_1', name: 'Ana' },
  role: 'agent',
  device: 'dev_2',
};
const supervisor: AgentSession = { ...agent, role: 'supervisor' };
const admin: AgentSession = { ...agent, role: 'admin' };

const own: Protected = { kind: 'conversation', id: 'cnv_1', site: 'shop' };
const another: Protected = { kind: 'conversation', id: 'cnv_2', site: 'shop' };
const people: Protected = { kind: 'agents', site: 'shop' };
const settings: Protected = { kind: 'settings', site: 'shop' };

test.each([
  ['a visitor', visitor, [true, false, false, false]],
  ['an agent', agent, [true, true, false, false]],
  ['a supervisor', supervisor, [true, true, false, false]],
  ['an admin', admin, [true, true, true, true]],
])('[T11] %s may touch what is theirs, and nothing of another site', (_name, session, expected) => {
  const objects = [own, another, people, settings];
  expect(objects.map((object) => mayAccess(session, object))).toEqual(expected);
  for (const object of objects) expect(mayAccess(session, { ...object, site: 'other' })).toBe(false);
});
