import { describe, expect, test } from 'vitest';
import type { SettingsWarning, StoredSetting } from '@alongside/sdk/shared';
import { ApiError } from '../shell/api.ts';
import { Editor } from './editor.ts';

interface Value {
  name: string;
  seconds?: number;
}

/** A server with one setting. */
function rig(item: StoredSetting<Value>) {
  let stored: StoredSetting<Value> | undefined = item;
  let refuse: ApiError | undefined;
  let meanwhile: (() => void) | undefined;
  const warnings: SettingsWarning[] = [];
  const editor = new Editor<Value>(item, {
    async save(sent) {
      await Promise.resolve();
      meanwhile?.();
      if (refuse) throw refuse;
      if (sent.version !== stored?.version) throw new ApiError(409, 'stale', 'somebody has changed it');
      stored = { ...sent, version: sent.version + 1 };
      return { item: stored, warnings };
    },
    read: () => Promise.resolve(stored),
  });
  return {
    editor,
    warnings,
    get stored() {
      return stored;
    },
    set stored(next) {
      stored = next;
    },
    refusing(error: ApiError | undefined) {
      refuse = error;
    },
    while(what: () => void) {
      meanwhile = what;
    },
  };
}

const CHATS: StoredSetting<Value> = { id: 'chats', version: 1, value: { name: 'Chats' } };

test('what is typed is not saved until it is, and can be discarded', async () => {
  const { editor, ...server } = rig(CHATS);
  expect(editor.dirty.value).toBe(false);
  editor.change({ name: 'Sales' });
  expect(editor.dirty.value).toBe(true);
  editor.discard();
  expect([editor.dirty.value, editor.draft.value.name]).toEqual([false, 'Chats']);
  editor.change({ name: 'Sales' });
  expect(await editor.save()).toMatchObject({ version: 2 });
  expect(editor.dirty.value).toBe(false);
  expect(server.warnings).toEqual([]);
});

test('what is typed while it is being saved stays, and is not saved', async () => {
  const server = rig(CHATS);
  const { editor } = server;
  editor.change({ name: 'Sales' });
  server.while(() => {
    editor.change({ name: 'Sales and repairs' });
  });
  await editor.save();
  expect(server.stored?.value.name).toBe('Sales');
  expect([editor.draft.value.name, editor.dirty.value]).toEqual(['Sales and repairs', true]);
});

test('a refusal stands at its field, as a sentence, until something changes', async () => {
  const server = rig(CHATS);
  const { editor } = server;
  server.refusing(
    new ApiError(422, 'invalid', 'a wrap-up of fixed time has seconds', 'value.wrapUp.seconds'),
  );
  editor.change({ name: 'Sales' });
  expect(await editor.save()).toBeUndefined();
  expect(editor.problemAt('wrapUp.seconds')).toBe('A wrap-up of fixed time has seconds.');
  expect(editor.problemAt('wrapUp')).toBe('A wrap-up of fixed time has seconds.');
  expect(editor.problemAt('name')).toBeUndefined();
  expect(editor.draft.value.name).toBe('Sales');
  server.refusing(new ApiError(400, 'malformed', 'body.value.name is shorter than 1', 'value.name'));
  await editor.save();
  expect(editor.problemAt('name')).toBe('This must not be empty.');
  editor.change({ name: 'Sale' });
  expect(editor.problemAt('name')).toBeUndefined();
  server.refusing(new ApiError(0, 'unreachable', ''));
  await editor.save();
  expect(editor.problem.value?.message).toBe('The server cannot be reached. What you typed is still here.');
});

test('warnings are those of this setting, at their fields', async () => {
  const server = rig(CHATS);
  server.warnings.push(
    { id: 'chats', field: '', message: 'nobody' },
    { id: 'other', field: '', message: 'not this' },
    { id: 'chats', field: 'relaxation[0].requirements', message: 'the same' },
  );
  server.editor.change({ name: 'Sales' });
  await server.editor.save();
  expect(server.editor.warnings.value.map(({ message }) => message)).toEqual(['nobody', 'the same']);
  expect(server.editor.warningAt('relaxation')).toBe('the same');
});

test('who saves again while it is being saved waits for the same end', async () => {
  const { editor, ...server } = rig(CHATS);
  editor.change({ name: 'Sales' });
  const [first, second] = await Promise.all([editor.save(), editor.save()]);
  expect(first).toMatchObject({ version: 2 });
  expect(second).toBe(first);
  expect(server.warnings).toEqual([]);
  editor.change({ name: 'Orders' });
  expect(await editor.save()).toMatchObject({ version: 3 });
});

describe('when somebody else was quicker', () => {
  async function conflicted(theirs: StoredSetting<Value> | undefined) {
    const server = rig(CHATS);
    server.editor.change({ name: 'Mine' });
    server.stored = theirs;
    await server.editor.save();
    return server;
  }
  const theirs = { id: 'chats', version: 5, value: { name: 'Theirs' } };

  test('both are there: nothing typed is lost, and theirs is known', async () => {
    const { editor } = await conflicted(theirs);
    expect(editor.conflict.value).toEqual({ theirs });
    expect(editor.draft.value.name).toBe('Mine');
  });

  test('theirs takes the place of mine when it is asked for', async () => {
    const { editor } = await conflicted(theirs);
    editor.takeTheirs();
    expect([editor.draft.value.name, editor.dirty.value, editor.conflict.value]).toEqual([
      'Theirs',
      false,
      undefined,
    ]);
  });

  test('mine is saved over theirs when that is asked for', async () => {
    const server = await conflicted(theirs);
    expect(await server.editor.saveOver()).toMatchObject({ version: 6, value: { name: 'Mine' } });
    expect(server.stored?.value.name).toBe('Mine');
  });

  test('one that was removed is said to be gone', async () => {
    const { editor } = await conflicted(undefined);
    expect(editor.conflict.value).toEqual({ theirs: undefined });
    expect(await editor.saveOver()).toBeUndefined();
  });
});
