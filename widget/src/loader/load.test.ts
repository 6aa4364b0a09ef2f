// Over 300 lines: one snippet; a describe for each promise to the host page.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Alongside, Handover, Shell, ShellModule, SiteSettings } from './handover.ts';
import { load } from './load.ts';

const SETTINGS: SiteSettings = { site: 'demo', name: 'Chat with us', corner: 'end' };
const SHELL_URL = '/assets/shell-1a.js';
const PREVIEW_URL = '/assets/preview-1a.js';

/** The root of the widget that is loaded now; the product's own is closed. */
let root: ShadowRoot;
/** What the shell was told to do. */
let ran: unknown[][];
let handover: Handover | undefined;
let imported: string[];
let unhandled: unknown[];

const noteUnhandled = (event: PromiseRejectionEvent): void => {
  unhandled.push(event.reason);
};

function shellModule(): ShellModule {
  return {
    start(given): Shell {
      handover = given;
      return {
        run(...all) {
          ran.push(all);
          return 'done';
        },
      };
    },
  };
}

function tag(attributes: Record<string, string> = {}): HTMLScriptElement {
  const script = document.createElement('script');
  script.type = 'text/plain';
  script.setAttribute('src', 'https://chat.example/embed/demo.js');
  for (const [name, value] of Object.entries(attributes)) script.setAttribute(name, value);
  return script;
}

function loadWith(
  settings: Partial<SiteSettings> = {},
  script = tag(),
  importModule?: (url: string) => Promise<ShellModule>,
): void {
  load({ ...SETTINGS, ...settings }, script, SHELL_URL, PREVIEW_URL, (url) => {
    imported.push(url);
    return importModule ? importModule(url) : Promise.resolve(shellModule());
  });
}

const hosts = (): NodeListOf<Element> => document.querySelectorAll('alongside-widget');
const launcher = (): HTMLButtonElement => root.querySelector('button') as HTMLButtonElement;
const command = (...all: unknown[]): Promise<unknown> =>
  (window.alongside as unknown as (...all: unknown[]) => Promise<unknown>)(...all);
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  ran = [];
  imported = [];
  unhandled = [];
  handover = undefined;
  const { attachShadow } = Element.prototype;
  vi.spyOn(Element.prototype, 'attachShadow').mockImplementation(function (this: Element, options) {
    root = attachShadow.call(this, { ...options, mode: 'open' });
    return root;
  });
  window.addEventListener('unhandledrejection', noteUnhandled);
});

afterEach(async () => {
  window.name = '';
  await settled();
  window.removeEventListener('unhandledrejection', noteUnhandled);
  if (window.alongside?.site) await command('shutdown');
  delete window.alongside;
  localStorage.clear();
  expect(unhandled).toEqual([]);
});

describe('before intent', () => {
  test('there is a launcher beside the body, and nothing was fetched or stored', async () => {
    const set = vi.spyOn(Storage.prototype, 'setItem');
    loadWith({ greeting: 'Hello' });
    await settled();
    expect(hosts()).toHaveLength(1);
    expect(hosts()[0]?.parentNode).toBe(document.documentElement);
    expect(launcher().ariaExpanded).toBe('false');
    expect(imported).toEqual([]);
    expect(set).not.toHaveBeenCalled();
    expect(document.cookie).toBe('');
  });

  test('[CO1] a window that a console opened to look at the page fetches what shows it, and no other window does', async () => {
    for (const [name, fetched] of [
      ['alongside-preview-1a2b', ['https://chat.example/assets/preview-1a.js']],
      ['', []],
      ['checkout', []],
    ] as const) {
      window.name = name;
      imported = [];
      loadWith();
      await settled();
      expect(imported).toEqual(fetched);
      expect(handover).toBeUndefined();
      await command('shutdown');
    }
  });

  test('a hover prefetches the shell and starts nothing', async () => {
    loadWith();
    launcher().dispatchEvent(new Event('pointerenter'));
    await settled();
    expect(imported).toEqual(['https://chat.example/assets/shell-1a.js']);
    expect(handover).toBeUndefined();
  });

  test('the key that says that a conversation is open fetches the shell, and opens nothing', async () => {
    localStorage.setItem('alongside:demo:open', '1');
    loadWith();
    await settled();
    expect(handover?.server).toBe('https://chat.example');
    expect(ran).toEqual([['boot', undefined]]);
  });

  test('storage that throws is no error', async () => {
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new Error('denied');
    });
    loadWith({ greeting: 'Hello' });
    await settled();
    expect(hosts()).toHaveLength(1);
    expect(imported).toEqual([]);
  });
});

describe('the greeting', () => {
  test('opens the panel when pressed', async () => {
    loadWith({ greeting: 'Questions?' });
    const [, text] = root.querySelectorAll('button');
    expect(text?.textContent).toBe('Questions?');
    text?.click();
    await settled();
    expect(ran).toEqual([['open', undefined]]);
  });

  test('is closed for good', async () => {
    loadWith({ greeting: 'Questions?' });
    root.querySelectorAll('button')[2]?.click();
    expect(root.textContent).toBe('');
    expect(localStorage.getItem('alongside:demo:open')).toBe('0');
    await command('shutdown');
    loadWith({ greeting: 'Questions?' });
    expect(root.textContent).toBe('');
  });
});

describe('commands', () => {
  test('a press on the launcher toggles', async () => {
    loadWith();
    launcher().click();
    await settled();
    expect(ran).toEqual([['toggle', undefined]]);
    expect(handover?.root).toBe(root);
  });

  test('what was called before the script came is done in order', async () => {
    const stub = function (...all: unknown[]) {
      (stub.q ??= []).push(all);
    } as unknown as Alongside;
    window.alongside = stub;
    const heard: string[] = [];
    stub('on', 'ready', () => heard.push('ready'));
    stub('set', { name: 'Ask us' });
    stub('open', 'chat');
    loadWith();
    await settled();
    expect(heard).toEqual(['ready']);
    expect(handover?.settings.name).toBe('Ask us');
    expect(ran).toContainEqual(['open', 'chat']);
    expect(stub.q).toBeUndefined();
  });

  test('each answers a promise; what does not exist yet is refused with its reason', async () => {
    loadWith();
    await expect(command('open', 'chat')).resolves.toBe('done');
    await command('shutdown');
    loadWith();
    for (const name of ['identify', 'logout', 'track', 'consent', 'constructor']) {
      await expect(command(name)).rejects.toThrow(`${name} is not available`);
    }
    await expect(command('set', { attributes: { plan: 'pro' } })).rejects.toThrow('set is not available');
    expect(imported).toHaveLength(1);
  });

  test('a refusal that the page ignores is no unhandled rejection', async () => {
    loadWith();
    void command('track', 'viewed');
    await settled();
    expect(unhandled).toEqual([]);
  });

  test('close without a shell does nothing and fetches nothing', async () => {
    loadWith();
    await expect(command('close')).resolves.toBeUndefined();
    expect(imported).toEqual([]);
  });

  test('hide takes the widget off the page, show brings it back', async () => {
    loadWith();
    await settled();
    await command('hide');
    expect(hosts()).toHaveLength(0);
    await command('show');
    expect(hosts()).toHaveLength(1);
  });

  test('data-manual waits for boot, whose options are settings', async () => {
    loadWith({}, tag({ 'data-manual': '' }));
    const opened = command('open');
    await settled();
    expect(hosts()).toHaveLength(0);
    await command('boot', { name: 'Ask us', accent: '#0a7d4f' });
    expect(hosts()).toHaveLength(1);
    await expect(opened).resolves.toBe('done');
    expect(handover?.settings).toMatchObject({ name: 'Ask us', accent: '#0a7d4f', site: 'demo' });
  });

  test('the public function is frozen', () => {
    loadWith();
    expect(Object.isFrozen(window.alongside)).toBe(true);
  });
});

describe('events', () => {
  test('on answers what ends it, and a late listener still hears of ready', async () => {
    loadWith();
    await settled();
    const heard: unknown[] = [];
    const off = window.alongside?.('on', 'unread', (detail: unknown) => heard.push(detail)) as () => void;
    window.alongside?.('on', 'ready', () => heard.push('ready'));
    await command('open');
    handover?.emit('unread', { count: 1 });
    off();
    handover?.emit('unread', { count: 2 });
    expect(heard).toEqual(['ready', { count: 1 }]);
  });

  test('[T18] a listener that throws is counted, told, and disturbs nobody', async () => {
    loadWith();
    const heard: unknown[] = [];
    window.alongside?.('on', 'opened', () => {
      throw new Error('of the page');
    });
    window.alongside?.('on', 'opened', () => heard.push('opened'));
    window.alongside?.('on', 'error', (detail: unknown) => {
      heard.push(detail);
      throw new Error('again');
    });
    await command('open');
    handover?.emit('opened', undefined);
    expect(heard).toEqual([{ message: 'Error: of the page', count: 1 }, 'opened']);
  });
});

describe('a shell that cannot be had', () => {
  test('is looked for once in a fresh snippet', async () => {
    const fetched = vi.fn(() => Promise.resolve(new Response('… "../assets/shell-2b.js" …')));
    vi.stubGlobal('fetch', fetched);
    loadWith({}, tag(), (url) =>
      url.includes('shell-2b') ? Promise.resolve(shellModule()) : Promise.reject(new Error('404')),
    );
    await expect(command('open')).resolves.toBe('done');
    expect(fetched).toHaveBeenCalledWith('https://chat.example/embed/demo.js', { cache: 'reload' });
    expect(imported[1]).toMatch(/^https:\/\/chat\.example\/assets\/shell-2b\.js#.+\d/);
    vi.unstubAllGlobals();
  });

  test('is an error that is told, and the next press tries again', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new Error('offline')));
    let works = false;
    loadWith({}, tag(), () => (works ? Promise.resolve(shellModule()) : Promise.reject(new Error('404'))));
    const heard = vi.fn();
    window.alongside?.('on', 'error', heard);
    await expect(command('open')).rejects.toThrow('offline');
    expect(heard).toHaveBeenCalledWith({ message: 'Error: offline', count: 1 });
    works = true;
    launcher().click();
    await settled();
    expect(ran).toEqual([['toggle', undefined]]);
    vi.unstubAllGlobals();
  });
});

describe('on a page that moves', () => {
  test('swaps of the body leave the one widget alone', async () => {
    loadWith();
    await settled();
    const [host] = hosts();
    document.body.replaceWith(document.createElement('body'));
    await settled();
    expect([...hosts()]).toEqual([host]);
  });

  test('a page that takes the widget out gets it back, but not for ever', async () => {
    loadWith();
    await settled();
    const [host] = hosts();
    host?.remove();
    await settled();
    expect(host?.isConnected).toBe(true);
    for (let times = 0; times < 100 && host?.isConnected; times++) {
      host.remove();
      await settled();
    }
    expect(host?.isConnected).toBe(false);
  });

  test('it comes last for the keyboard, also when the body is parsed after it', async () => {
    const { body } = document;
    body.remove();
    loadWith();
    await settled();
    document.documentElement.append(body);
    await settled();
    expect(document.documentElement.lastElementChild).toBe(hosts()[0]);
  });
});

describe('shutdown', () => {
  test('leaves nothing: node, global, listeners; and nothing can be done after it', async () => {
    const before = document.documentElement.outerHTML;
    loadWith();
    await command('open');
    const old = window.alongside as unknown as (...all: unknown[]) => Promise<unknown>;
    await old('shutdown');
    expect('alongside' in window).toBe(false);
    expect(document.documentElement.outerHTML).toBe(before);
    expect(ran.at(-1)).toEqual(['shutdown', undefined]);
    await expect(old('open')).rejects.toThrow('open is not available');
    document.body.replaceWith(document.createElement('body'));
    await settled();
    expect(hosts()).toHaveLength(0);
  });

  test('gives the page its stub back, so that the script can come again', async () => {
    const stub = (() => undefined) as unknown as Alongside;
    window.alongside = stub;
    loadWith();
    await command('shutdown');
    expect(window.alongside).toBe(stub);
    loadWith();
    await command('open');
    expect(hosts()).toHaveLength(1);
  });

  test('right after the script leaves nothing either', async () => {
    loadWith();
    await command('shutdown');
    await settled();
    expect(hosts()).toHaveLength(0);
  });

  test('during the fetch of the shell ends the shell as soon as it is there', async () => {
    let arrive = (_module: ShellModule): void => undefined;
    loadWith({}, tag(), () => new Promise((resolve) => (arrive = resolve)));
    const opened = command('open');
    await settled();
    const ended = command('shutdown');
    arrive(shellModule());
    await Promise.all([opened, ended]);
    expect(ran.map(([name]) => name)).toEqual(['open', 'shutdown']);
  });
});
