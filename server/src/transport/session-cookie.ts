const PAIR = /^\s*([^=]+)=(.*)$/;

/**
 * The agent's cookie. On https its name's prefix binds it to this very host; on http (a demo on this machine)
 * browsers refuse that prefix.
 */
export class SessionCookie {
  readonly name: string;
  readonly #attributes: string;

  constructor(options: { https: boolean }) {
    this.name = options.https ? '__Host-sid' : 'sid';
    this.#attributes = `Path=/; HttpOnly; SameSite=Strict${options.https ? '; Secure' : ''}`;
  }

  /** The value in a `Cookie` header; of several with the name, none is believed. */
  read(header: string | undefined): string | undefined {
    const values = (header ?? '').split(';').flatMap((part) => {
      const [, name, value] = PAIR.exec(part) ?? [];
      return name === this.name && value ? [value] : [];
    });
    return values.length === 1 ? values[0] : undefined;
  }

  /** The `Set-Cookie` header for a session that lasts `lastsMs`. */
  set(value: string, lastsMs: number): string {
    return `${this.name}=${value}; ${this.#attributes}; Max-Age=${Math.floor(lastsMs / 1_000)}`;
  }

  clear(): string {
    return `${this.name}=; ${this.#attributes}; Max-Age=0`;
  }
}
