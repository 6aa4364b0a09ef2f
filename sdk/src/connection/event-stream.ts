/** One server-sent event. */
export interface ServerEvent {
  /** `message` where the stream names none. */
  readonly event: string;
  readonly data: string;
}

/** Cuts a stream of server-sent events (HTML, section 9.2.6) into events; ids and retry times are not used here. */
export class EventStreamReader {
  #rest = '';
  /** Where the rest has been looked through already. */
  #seen = 0;

  /** Takes what came; answers the events that are whole by now. */
  push(text: string): ServerEvent[] {
    this.#rest += text;
    const events: ServerEvent[] = [];
    for (;;) {
      const end = this.#rest.indexOf('\n\n', this.#seen);
      if (end < 0) break;
      const event = eventOf(this.#rest.slice(0, end));
      if (event) events.push(event);
      this.#rest = this.#rest.slice(end + 2);
      this.#seen = 0;
    }
    this.#seen = Math.max(0, this.#rest.length - 1);
    return events;
  }
}

/** Undefined for a comment. */
function eventOf(block: string): ServerEvent | undefined {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [, name, value = ''] = /^(event|data): ?(.*)$/.exec(line) ?? [];
    if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
  }
  return data.length > 0 ? { event, data: data.join('\n') } : undefined;
}
