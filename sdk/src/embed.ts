/** `@alongside/sdk/embed`: the snippet for pages that are built by a bundler, typed. */

/** Commands of the snippet; docs/embedding.md tells what each does. */
export type AlongsideCommand =
  | 'boot'
  | 'shutdown'
  | 'identify'
  | 'logout'
  | 'open'
  | 'close'
  | 'toggle'
  | 'show'
  | 'hide'
  | 'set'
  | 'track'
  | 'prefill'
  | 'consent'
  | 'on';

/** Gives a command; each answers a promise, `on` its unsubscribe function. */
export type Alongside = (command: AlongsideCommand, ...values: unknown[]) => unknown;

export interface EmbedOptions {
  /** Origin of the server, `https://chat.example.com`. */
  server: string;
  /** The site's key. */
  site: string;
  /** Nonce of the page's Content-Security-Policy, where it asks for one. */
  nonce?: string;
  /** Wait for the command `boot` before anything is shown. */
  manual?: boolean;
}

/**
 * Puts the snippet on the page and resolves to its command function. Calling it again for a snippet that is
 * there answers the same function. Rejects when the script cannot be loaded: wrong address, or a policy of the
 * page that does not allow it (Trusted Types without a policy refuse scripts that are made by a script; such a
 * page takes the tag itself).
 */
export function loadAlongside({ server, site, nonce, manual }: EmbedOptions): Promise<Alongside> {
  const present = (window as { alongside?: Alongside & { site?: string } }).alongside;
  if (present?.site !== undefined) return Promise.resolve(present);
  const script = document.createElement('script');
  return new Promise((resolve, reject) => {
    script.addEventListener('load', () => {
      const { alongside } = window as { alongside?: Alongside };
      if (alongside) resolve(alongside);
      else reject(new Error('the snippet did not start'));
    });
    script.addEventListener('error', () => {
      script.remove();
      reject(new Error(`the snippet could not be loaded from ${server}`));
    });
    script.async = true;
    if (nonce !== undefined) script.nonce = nonce;
    if (manual === true) script.dataset['manual'] = '';
    script.src = `${server.replace(/\/$/, '')}/embed/${encodeURIComponent(site)}.js`;
    document.head.append(script);
  });
}
