/** Why a change was refused. All are codes of the wire's error list. */
export class SettingsFault extends Error {
  override readonly name = 'SettingsFault';
  readonly code: 'invalid' | 'stale' | 'not-found';
  /** Dotted path into the value; undefined where it is about none. */
  readonly field: string | undefined;

  /** `message`: one sentence for whoever typed it. */
  constructor(code: SettingsFault['code'], message: string, field?: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}
