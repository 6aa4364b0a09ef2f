import { deliveryState } from '@alongside/sdk';
import type { LogEntry } from '@alongside/sdk/protocol';
import { Component, type ComponentChildren, createRef, type JSX } from 'preact';
import { Avatar, Avatars } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';
import type { ShellContext } from './context.ts';
import { namesOf, presenceLine } from './people.ts';
import type { Card } from './registration.ts';
import { type Block, type TimelineItem, blocksOf, isLine, lastOwn } from './timeline-blocks.ts';

/** This close to the end counts as being at it. */
const AT_END_PX = 48;
/** Older entries are fetched when the top is this near. */
const FETCH_WITHIN_PX = 400;

interface TimelineProps {
  shell: ShellContext;
  cards: Record<string, Card>;
}

interface TimelineState {
  /** Something came below what is being looked at. */
  newBelow: boolean;
}

/** Where the reader was before a change: at the end, or with this node at this height. */
type Place = { node: Element; top: number } | undefined;

function lineOf(entry: LogEntry, { cards, shell }: TimelineProps): ComponentChildren {
  const { say, words } = shell.language;
  if ('erased' in entry) return words.erased;
  const { body } = entry;
  const card = cards[body.type];
  if (card) return card(entry as never, shell);
  // Lines of a chunk that is still on its way have no words yet.
  return isLine(body)
    ? say((words as Partial<typeof words>)[body.type] ?? '', { name: 'agent' in body ? body.agent.name : '' })
    : '';
}

/** Before the first word: who is there. */
function Empty({ shell }: { shell: ShellContext }): JSX.Element {
  return (
    <div class="empty">
      <Avatars people={shell.availability?.agents ?? []} />
      <p>{presenceLine(shell)}</p>
    </div>
  );
}

/** What stands under the conversation while nobody has joined it, or somebody writes. */
function Below({ shell }: { shell: ShellContext }): JSX.Element | null {
  const { conversation, language } = shell;
  const { say, words } = language;
  const { typing } = conversation;
  if (conversation.catchingUp) return <p class="line">{words.catchingUp}</p>;
  if (typing.length) {
    return (
      <p class="typing">
        <span class="dots" aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
        {say(words.typing, { names: namesOf(typing, shell) }, typing.length)}
      </p>
    );
  }
  if (conversation.header.sitting?.state !== 'waiting') return null;
  const { more } = shell;
  if (more) return <more.WaitLine shell={shell} />;
  return <p class="line">{shell.availability?.open === false ? words.nobodyHere : words.waiting}</p>;
}

function drawBlock(block: Block, last: TimelineItem | undefined, props: TimelineProps): JSX.Element {
  const { cards, shell } = props;
  const { day, time, words } = shell.language;
  switch (block.kind) {
    case 'day':
      return (
        <p class="line" key={block.key}>
          {day(block.at, Date.now())}
        </p>
      );
    case 'line':
      return (
        <p class="line" key={block.key}>
          {lineOf(block.entry, props)}
        </p>
      );
    case 'group': {
      const { author, items, key, mine } = block;
      const at = items.at(-1)?.at ?? 0;
      const state = last && items.includes(last) && deliveryState(shell.conversation, last.source, 'visitor');
      return (
        <div class={mine ? 'group mine' : 'group'} key={key}>
          {!mine && <Avatar person={author ?? {}} />}
          <div>
            <small class={mine ? 'unseen' : 'author'}>{mine ? words.yourself : author?.name}</small>
            {items.map((item) => cards[item.body.type]?.(item, shell))}
            <small class="meta">
              <time>{time(at)}</time>
              {state && (
                <span class="state">
                  {/* Memory lasts no longer than the page. */}
                  {state === 'saved' && shell.storage === 'memory' ? words.savedHere : words[state]}
                </span>
              )}
            </small>
          </div>
        </div>
      );
    }
  }
}

/**
 * The conversation as one timeline. The scroller is laid out from its end (`column-reverse`), so that it stays at
 * the end by itself while it grows; when the reader is elsewhere, what they look at stays where it is.
 */
export class Timeline extends Component<TimelineProps, TimelineState> {
  override state: TimelineState = { newBelow: false };
  readonly #log = createRef<HTMLDivElement>();
  /** The newest entry that the reader has had before them. */
  #lookedAt = this.props.shell.conversation.header.seq;
  #fetching = false;

  override componentDidMount(): void {
    this.#look();
  }

  override getSnapshotBeforeUpdate(): Place {
    const log = this.#log.current;
    if (!log || this.#isAtEnd()) return undefined;
    const { top } = log.getBoundingClientRect();
    const nodes = [...(log.firstElementChild?.children ?? [])];
    const node = nodes.find((each) => each.getBoundingClientRect().bottom > top);
    return node && { node, top: node.getBoundingClientRect().top };
  }

  override componentDidUpdate(before: TimelineProps, _: TimelineState, place: Place): void {
    const log = this.#log.current;
    const wrote = this.props.shell.conversation.pending.length > before.shell.conversation.pending.length;
    if (log && wrote) log.scrollTop = 0;
    else if (log && place) log.scrollTop += place.node.getBoundingClientRect().top - place.top;
    this.#look();
  }

  #isAtEnd(): boolean {
    return (this.#log.current?.scrollTop ?? 0) > -AT_END_PX;
  }

  /** Sees to what follows from where the reader is: read, new below, older to be fetched. */
  readonly #look = (): void => {
    const { client, conversation, seen } = this.props.shell;
    const { seq, unreadByVisitor } = conversation.header;
    const atEnd = this.#isAtEnd();
    const lastUnread = unreadByVisitor.at(-1);
    if (atEnd && seen) {
      this.#lookedAt = seq;
      if (lastUnread) client.markRead(lastUnread);
    }
    const newBelow = !atEnd && !!lastUnread && lastUnread > this.#lookedAt;
    if (newBelow !== this.state.newBelow) this.setState({ newBelow });
    this.#fetchOlder();
  };

  #fetchOlder(): void {
    const { client, conversation } = this.props.shell;
    const log = this.#log.current;
    if (!log || !conversation.older || this.#fetching) return;
    if (log.scrollHeight - log.clientHeight + log.scrollTop > FETCH_WITHIN_PX) return;
    this.#fetching = true;
    const done = (): void => {
      this.#fetching = false;
    };
    // Without a connection it fails; the next scroll asks again.
    client.loadOlder().then(done, done);
  }

  /** At once: a smooth way there would end wherever the next change of the conversation meets it. */
  readonly #toEnd = (): void => {
    this.#log.current?.scrollTo(0, 0);
  };

  override render(): JSX.Element {
    const { cards, shell } = this.props;
    const { conversation, language } = shell;
    const blocks = blocksOf(conversation, new Set(Object.keys(cards)));
    const last = lastOwn(blocks);
    return (
      <div class="timeline">
        <div
          class="log"
          role="log"
          aria-label={language.words.conversation}
          tabIndex={0}
          ref={this.#log}
          onScroll={this.#look}
        >
          <div>
            {!blocks.length && <Empty shell={shell} />}
            {blocks.map((block) => drawBlock(block, last, this.props))}
            <Below shell={shell} />
          </div>
        </div>
        {this.state.newBelow && (
          <button class="pill" onClick={this.#toEnd}>
            <Icon name="down" />
            {language.words.newMessages}
          </button>
        )}
      </div>
    );
  }
}
