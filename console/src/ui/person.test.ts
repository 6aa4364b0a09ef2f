import { expect, test } from 'vitest';
import { initialsOf, plainName } from './person.tsx';

test('initials are of the first and the last word', () => {
  expect(initialsOf('Maya Okafor')).toBe('MO');
  expect(initialsOf('Anna Maria van Dyck')).toBe('AD');
  expect(initialsOf('tom')).toBe('T');
  expect(initialsOf('«Léa»')).toBe('L');
  expect(initialsOf('😀')).toBe('?');
});

test('[T1] a name loses what turns or breaks the line around it', () => {
  expect(plainName('\u202enimda')).toBe('nimda');
  expect(plainName('Joe\r\nBcc: all@victim.example')).toBe('JoeBcc: all@victim.example');
  expect(plainName(' \u2066 ')).toBe('Visitor');
  expect(plainName('ليلى حداد')).toBe('ليلى حداد');
});
