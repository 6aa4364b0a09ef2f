import { screen } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chat } from '../chat/registration.ts';
import { conversationRow, idOf, meRow, offerRow } from '../testing/fake-agent-client.ts';
import { VISITOR } from '../testing/fake-conversation.ts';
import { NOON, type RenderedConsole, freshPage, renderConsole } from '../testing/render-console.tsx';

let rendered: RenderedConsole;
beforeEach(freshPage);
afterEach(() => rendered.close());

const HOSTILE = [
  '<script>top.__pwned=1</script>',
  '"><iMg SrC="x" oNeRRor="top.__pwned=1">',
  '<details open ontoggle=top.__pwned=1>x',
  '<svg></p><style><a id="</style><img src=1 onerror=top.__pwned=1>">',
  '</title><img src=x onerror=top.__pwned=1>',
  '[click](java\tscript:top.__pwned=1)',
  'javascript:top.__pwned=1',
  '{{7*7}}${7*7}<%=7*7%>',
];

const FOREIGN_ELEMENTS =
  'script, img, iframe, object, embed, base, style, details, noscript, form form, [onerror], [ontoggle]';

/** The page with `text` in every place that a visitor's side can fill. */
async function showEverywhere(text: string): Promise<void> {
  rendered = await renderConsole([chat], (client) => {
    const page = { url: text, title: text };
    client.put(
      meRow(),
      conversationRow(1, {
        visitorName: text.slice(0, 80),
        lastText: text,
        lastAt: NOON,
        lastBy: 'visitor',
        page,
      }),
      offerRow(2, {
        expiresAt: NOON + 20_000,
        visitorName: text.slice(0, 80),
        text,
        page,
        lastContacts: [{ at: NOON, agent: text.slice(0, 80), text }],
      }),
    );
    const conversation = client.conversation(idOf('cnv', 1));
    const author = { ...VISITOR, name: text.slice(0, 80) };
    conversation.append(author, {
      type: 'sitting.opened',
      sitting: idOf('sit', 1),
      item: idOf('itm', 1),
      channel: 'chat',
      page,
    });
    conversation.say(author, text);
    conversation.change({ page, typing: [author] });
  });
  await rendered.change(() => {
    rendered.workspace.show(idOf('cnv', 1));
  });
}

describe('[T1] what a visitor’s side can fill', () => {
  test.each(HOSTILE)('%j makes no element and no link of its own', async (text) => {
    await showEverywhere(text);
    expect(document.body.querySelectorAll(FOREIGN_ELEMENTS)).toHaveLength(0);
    for (const link of document.querySelectorAll('a')) {
      expect(link.getAttribute('href')).toMatch(/^(#\/|https?:)/);
    }
    expect(screen.getByRole('log', { name: 'Conversation' }).textContent).toContain(text.trim());
  });

  test('a link of a visitor opens apart and tells nothing of this page', async () => {
    await showEverywhere('https://evil.example/x');
    const link = screen.getByRole('log').querySelector('a');
    expect(link?.rel).toBe('noopener noreferrer nofollow ugc');
    expect(link?.target).toBe('_blank');
  });

  test('a name cannot turn the text around it', async () => {
    await showEverywhere('\u202enimda\u202c');
    const [name] = screen.getAllByRole('heading', { level: 2, name: 'nimda' });
    expect(name?.querySelector('bdi')?.textContent).toBe('nimda');
  });
});
