/* eslint-disable max-lines-per-function -- what these parts share they close over: handed about as named
   properties it would cost more bytes than the snippet's 2.0 KB have room for. */
import { attacher } from './attach.ts';
import { type Listener, makeEvents } from './events.ts';
import type {
  Alongside,
  CommandName,
  EventName,
  SettingOptions,
  Shell,
  ShellModule,
  SiteSettings,
} from './handover.ts';
import { drawLauncher, openKey } from './launcher.ts';
import { ownGlobals } from './own-globals.ts';

/**
 * Takes over `window.alongside`, draws the launcher and fetches the shell on intent: a press on the launcher, a
 * command that needs it, or the storage key that says that a conversation is open. Before that there is no
 * request, no socket, no cookie and no write to storage. `shellUrl` and `previewUrl` are paths on the server.
 */
export function load(
  settings: SiteSettings,
  script: HTMLScriptElement | null,
  shellUrl: string,
  previewUrl: string,
  importModule = (url: string) => import(url) as Promise<ShellModule>,
): void {
  const before = window.alongside;
  const server = settings.server ?? script?.src.split('/embed/')[0] ?? '';
  const prefetch = (): Promise<ShellModule> => importModule(server + shellUrl);
  let boot!: () => void;
  const booted = new Promise<void>((resolve) => (boot = resolve));
  const [on, events] = makeEvents(booted);
  let shell: Promise<Shell> | undefined;
  let over = false;

  const start = async (): Promise<Shell> => {
    const { style } = view.launcher;
    style.opacity = '.6';
    try {
      const module = await prefetch().catch(async () => {
        // The snippet may be older in the browser's cache than the server's files: a fresh one has the shell's name.
        const fresh = await (await fetch(`${server}/embed/${settings.site}.js`, { cache: 'reload' })).text();
        // A browser that remembers the failure of an address tries it again behind a new fragment.
        // eslint-disable-next-line @typescript-eslint/restrict-template-expressions -- a match is written as its text
        return importModule(`${server}/${/assets\/shell[^"]+/.exec(fresh)}#${Date()}`);
      });
      return module.start({ ...view, ...events, settings, server });
    } catch (error) {
      // eslint-disable-next-line @typescript-eslint/no-confusing-void-expression -- what it answers is undefined; bytes
      shell = events.fail(error);
      throw error;
    } finally {
      style.opacity = '';
    }
  };
  const execute = async (command: CommandName, argument?: SettingOptions): Promise<unknown> => {
    if (command === 'shutdown' && !over) {
      over = true;
      hide();
      delete window.alongside;
      if (before) window.alongside = before;
      return (await shell)?.run(command, argument);
    }
    if (/boot|set/.test(command)) view.paint(argument);
    if (command === 'boot') boot();
    await (over || booted);
    const isIntent = /open|togg|pref/.test(command);
    if (over || !(isIntent || /boot|set|show|hide|close/.test(command)) || argument?.attributes)
      throw Error(`alongside: ${command} is not available`);
    if (/boot|show/.test(command)) show();
    if (command === 'hide') hide();
    if (isIntent || (command === 'boot' && openKey(settings.site) === '1')) shell ??= start();
    return (await shell)?.run(command, argument);
  };
  const run: Alongside = (command: CommandName, first?: unknown, second?: unknown): unknown => {
    if (command === 'on') return on(first as EventName, second as Listener);
    const answer = execute(command, first as SettingOptions | undefined);
    // The page may ignore the answer; then a refusal must not become an unhandled rejection of the page.
    answer.catch(() => undefined);
    return answer;
  };

  const view = drawLauncher(settings, () => prefetch().catch(() => undefined), run);
  const [show, hide] = attacher(view.host);
  window.alongside = Object.freeze(Object.assign(run, { site: settings.site, own: ownGlobals }));
  for (const call of before?.q ?? []) run(...(call as [CommandName]));
  delete before?.q;
  // A tab that the settings of a console opened to look at the page (ADR 28); the module checks that it did.
  if (/alongside-p/.test(window.name)) void importModule(server + previewUrl);
  if (!script?.hasAttribute('data-manual')) run('boot');
}
