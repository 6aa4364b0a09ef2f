import { fireEvent, screen, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { conversationRow, idOf, meRow } from '../testing/fake-agent-client.ts';
import { type RenderedConsole, FakeApi, freshPage, renderConsole } from '../testing/render-console.tsx';
import { chat } from './registration.ts';

const MAYA = idOf('cnv', 1);

let rendered: RenderedConsole;
beforeEach(freshPage);
afterEach(() => rendered.close());

const REPLIES = [
  {
    id: 'r1',
    version: 1,
    value: { shortcut: 'hello', title: 'Greeting', text: 'Hello {{visitor.name}}, I am {{agent.name}}.' },
  },
  {
    id: 'r2',
    version: 1,
    value: { shortcut: 'hours', title: 'Opening hours', text: 'We are open from 9 to 18.' },
  },
  {
    id: 'r3',
    version: 1,
    value: { shortcut: 'return', title: 'Send it back', text: 'You can return it for 30 days.' },
  },
];

async function opened(visitorName = 'Maya'): Promise<void> {
  const api = new FakeApi();
  api.lists = { 'canned-replies': REPLIES };
  rendered = await renderConsole(
    [chat],
    (client) => client.put(meRow(), conversationRow(1, { visitorName })),
    {
      api,
    },
  );
  await rendered.change(() => {
    rendered.workspace.show(MAYA);
  });
}

const reply = (): HTMLTextAreaElement => screen.getByRole('textbox', { name: 'Reply' });
const write = (text: string): Promise<void> =>
  rendered.change(() => fireEvent.input(reply(), { target: { value: text } }));
const press = (key: string): Promise<void> => rendered.change(() => fireEvent.keyDown(reply(), { key }));
const list = (): HTMLElement | null => screen.queryByRole('listbox', { name: 'Suggestions' });
const all = (selected?: boolean): HTMLElement[] => {
  const found = list();
  return found ? within(found).queryAllByRole('option', selected === undefined ? {} : { selected }) : [];
};
const options = (): string[] => all().map((each) => each.textContent);
const chosen = (): HTMLElement | undefined => all(true)[0];

describe('a slash in the composer', () => {
  test('lists the canned replies by shortcut or title, filled in as they will be sent', async () => {
    await opened();
    await write('/');
    expect(options()).toHaveLength(3);
    await write('/h');
    expect(options()).toEqual([
      '/hello · GreetingHello Maya, I am Ana.',
      '/hours · Opening hoursWe are open from 9 to 18.',
    ]);
    await write('/back');
    expect(options()).toEqual(['/return · Send it backYou can return it for 30 days.']);
    await write('/nothing');
    expect(options()).toEqual([]);
  });

  test('arrows choose, Enter inserts and does not send, Esc closes the list and keeps the text', async () => {
    await opened();
    await write('Hi. /h');
    expect(chosen()?.textContent).toMatch(/^\/hello/);
    await press('ArrowDown');
    expect(chosen()?.textContent).toMatch(/^\/hours/);
    expect(reply().getAttribute('aria-activedescendant')).toBe(chosen()?.id);
    await press('ArrowDown');
    await press('ArrowUp');
    await press('Enter');
    expect(reply().value).toBe('Hi. We are open from 9 to 18.');
    expect(rendered.client.conversation(MAYA).count('message')).toBe(0);
    await write('/re');
    await press('Escape');
    expect(options()).toEqual([]);
    expect(reply().value).toBe('/re');
    await press('Enter');
    expect(rendered.client.conversation(MAYA).calls).toContainEqual(['message', '/re']);
  });

  test('lists them also where a longer draft was sent before', async () => {
    await opened();
    await write('A rather long draft');
    await press('Enter');
    await write('/');
    expect(options()).toHaveLength(3);
  });

  test('a name that we made up is not said to the visitor', async () => {
    await opened('Visitor 7QK2');
    await write('/hello');
    await press('Tab');
    expect(reply().value).toBe('Hello, I am Ana.');
  });

  test('begins by its key outside the field too', async () => {
    await opened();
    await rendered.change(() => fireEvent.keyDown(document.body, { key: '/' }));
    expect(reply().value).toBe('/');
  });
});
