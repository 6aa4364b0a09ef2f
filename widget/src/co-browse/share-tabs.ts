/** What tabs of one site tell each other of a share. The page's own scripts can write here too: it only hints. */
export type TabNews =
  /** Is this shared somewhere? */
  | { readonly type: 'who'; readonly share: string }
  | { readonly type: 'here'; readonly share: string; readonly conversation: string }
  /** The visitor ended it. */
  | { readonly type: 'ended'; readonly share: string };

/** The other tabs of this browser. Without a channel every tab is alone. */
export class ShareTabs {
  readonly #channel: BroadcastChannel | undefined;

  constructor(site: string, heard: (news: TabNews) => void) {
    try {
      this.#channel = new BroadcastChannel(`alongside:${site}:share`);
      this.#channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        const news = data as Partial<Record<string, unknown>> | null;
        if (typeof news?.['share'] === 'string') heard(data as TabNews);
      };
    } catch {
      // Denied: a new tab is not shared, and says so by not having the frame.
    }
  }

  tell(news: TabNews): void {
    try {
      this.#channel?.postMessage(news);
    } catch {
      // Closed, because the page goes.
    }
  }

  close(): void {
    this.#channel?.close();
  }
}
