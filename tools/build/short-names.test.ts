import { agentUp, visitorDown, visitorUp, type JsonSchema } from '@alongside/sdk/protocol';
import { expect, test } from 'vitest';
import * as outbox from '../../sdk/src/connection/outbox-schema.ts';
import { OWN_NAMES, shortNames } from './short-names.ts';

/** Every name of a field, however deep. */
function fieldsOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties } = schema as { properties?: object };
  return [...Object.keys(properties ?? {}), ...Object.values(schema).flatMap(fieldsOf)];
}

test('no name of the wire or of what a browser keeps is shortened', () => {
  const schemas: { json: () => JsonSchema }[] = [visitorUp, visitorDown, agentUp, ...Object.values(outbox)];
  const fields = new Set(schemas.flatMap((each) => fieldsOf(each.json())));
  expect(fields).toContain('unreadByVisitor');
  expect(OWN_NAMES.filter((name) => fields.has(name))).toEqual([]);
});

test('each has a short name of its own', () => {
  expect(new Set(OWN_NAMES).size).toBe(OWN_NAMES.length);
  expect(new Set(Object.values(shortNames.mangleCache)).size).toBe(OWN_NAMES.length);
});
