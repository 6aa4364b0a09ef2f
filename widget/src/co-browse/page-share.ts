import { newId, platformRandom, systemClock, coBrowsePolicy } from '@alongside/sdk/shared';
import {
  AssetNames,
  type Grant,
  type PrivacySettings,
  type Recording,
  type RecorderChunk,
  type ShareStatus,
  type Told,
  VisitorShare,
  browserShareSocket,
} from '@alongside/sdk/sharing';
import { listen } from './listen.ts';

export interface PageShareOptions {
  readonly server: string;
  readonly site: string;
  readonly conversation: string;
  readonly share: string;
  readonly tab: string;
  readonly access: () => string | undefined;
  readonly renew: () => void;
  readonly changed: (status: ShareStatus) => void;
  readonly asked: (message: Told<'mark' | 'act' | 'asset-asked'>) => void;
  /** The page cannot be shared: the recorder or the site's settings could not be had, or refused. */
  readonly cannot: (error: unknown) => void;
  readonly fail: (error: unknown) => void;
}

/** What has to be there before anything of a page is looked at. */
export interface Recorder {
  readonly chunk: RecorderChunk;
  readonly settings: PrivacySettings;
}

/** Fetches the recorder and what the owner decided about what agents see; without both nothing starts (CO4). */
export async function fetchRecorder(server: string, site: string): Promise<Recorder> {
  const [chunk, answer] = await Promise.all([
    import(server + __RECORDER_URL__) as Promise<RecorderChunk>,
    fetch(`${server}/v1/sites/${site}/co-browse`, { credentials: 'omit' }),
  ]);
  if (!answer.ok) throw new Error(`alongside: the site's settings of sharing answered ${answer.status}`);
  return { chunk, settings: coBrowsePolicy.decode(await answer.json(), 'settings') };
}

/** Starts the recorder, or says which selector refused to. */
export function record(
  { chunk, settings }: Recorder,
  options: Omit<Parameters<RecorderChunk['start']>[0], 'settings' | 'salt'>,
): Recording {
  const [salt = 0] = new Uint32Array(platformRandom(4).buffer);
  const started = chunk.start({ ...options, settings, salt });
  if (started.state === 'recording') return started;
  const faults = started.faults.map(({ list, reason, selector }) => `${list} “${selector}”: ${reason}`);
  throw new Error(
    `alongside: this page is not shared, because of its site's selectors: ${faults.join('; ')}`,
  );
}

/** This page's part in a share: its recorder and its socket. Nothing of it exists before the visitor allowed it (CO1). */
export class PageShare {
  readonly share: string;
  readonly conversation: string;
  readonly tab: string;
  readonly stream = newId('stm');
  recording: Recording | undefined;
  settings: PrivacySettings | undefined;
  /** What viewers of this recording may ask for. */
  names: AssetNames | undefined;
  status: ShareStatus = { state: 'connecting' };
  readonly #options: PageShareOptions;
  readonly #socket: VisitorShare;
  readonly #stops: (() => void)[];
  #recorder: Recorder | undefined;
  #isOver = false;
  #withdrawn: string | undefined;
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  #condition: 'live' | 'degraded' | 'paused' = 'live';

  constructor(options: PageShareOptions) {
    const { access, asked, conversation, renew, server, share, site, tab } = options;
    this.#options = options;
    this.share = share;
    this.conversation = conversation;
    this.tab = tab;
    this.#socket = new VisitorShare({
      ...{ access, asked, conversation, renew, server, share, site, tab },
      stream: this.stream,
      clock: systemClock,
      random: platformRandom,
      socket: browserShareSocket,
      snapshot: (urgent) => {
        if (urgent) this.recording?.takeSnapshot();
        else this.recording?.checkpoint();
      },
      changed: (status) => this.#became(status),
    });
    const told = (): void => this.#tell();
    this.#stops = [
      listen(document, 'visibilitychange', told),
      listen(window, 'focus', told),
      listen(this.#dark, 'change', told),
      // Out of the browser's cache a page comes back without its socket.
      listen(window, 'pageshow', () => this.#socket.hurry()),
      listen(window, 'online', () => this.#socket.hurry()),
      listen(window, 'pagehide', () => this.#socket.tell({ type: 'page-state', state: 'leaving' })),
    ];
    this.#tell();
    this.#socket.start();
    fetchRecorder(server, site).then(
      (recorder) => {
        this.#recorder = recorder;
        this.settings = recorder.settings;
        this.#follow();
      },
      (error: unknown) => {
        if (!this.#isOver) options.cannot(error);
      },
    );
  }

  /** Ends at once: recorder first, so that nothing is sent any more, then the socket. */
  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pause();
    this.#socket.tell({ type: 'page-state', state: 'paused' });
    this.#socket.stop();
    for (const stop of this.#stops) stop();
  }

  /** The leave to act on this page, while there is one. */
  get grant(): Grant | undefined {
    const grant = this.status.state === 'live' ? this.status.grant : undefined;
    return grant?.id === this.#withdrawn ? undefined : grant;
  }

  /** The visitor takes the leave to act back: it counts no more, whatever the server still says. */
  withdraw(): void {
    this.#withdrawn = this.grant?.id ?? this.#withdrawn;
  }

  /** Hides a part for the rest of the share, as the visitor asked. */
  block(element: Element): void {
    this.recording?.block(element);
  }

  /** Characters that were sent and have not left yet. */
  get buffered(): number {
    return this.#socket.buffered;
  }

  answer(message: Parameters<VisitorShare['answer']>[0]): void {
    this.#socket.answer(message);
  }

  #became(status: ShareStatus): void {
    this.status = status;
    this.#follow();
    if (!this.#isOver) this.#options.changed(status);
  }

  /** Records while this tab is the one that is followed; a connection that is lost for a moment changes nothing. */
  #follow(): void {
    const { status } = this;
    if (this.#isOver || status.state === 'ended') this.#pause();
    else if (status.state === 'live' && !status.followed) this.#pause();
    else if (status.state === 'live' && !this.recording && this.#recorder) this.#record(this.#recorder);
  }

  #record(recorder: Recorder): void {
    const names = new AssetNames(location.origin);
    this.names = names;
    try {
      this.recording = record(recorder, {
        asset: (address) => names.nameOf(address),
        send: (events) => this.#socket.send(events),
        failed: this.#options.fail,
        state: (state) => {
          this.#condition = state;
          this.#tell();
        },
      });
    } catch (error) {
      this.#options.cannot(error);
    }
  }

  #pause(): void {
    this.recording?.stop();
    this.recording = undefined;
  }

  #tell(): void {
    const isSeen = document.visibilityState === 'visible';
    const scheme = this.#dark.matches ? 'dark' : 'light';
    this.#socket.tell({ type: 'page-state', state: isSeen ? this.#condition : 'hidden', scheme });
  }
}
