import type { PendingMessage } from '@alongside/sdk';
import { Component, type FunctionComponent, type JSX } from 'preact';
import type { ShellContext } from '../shell/context.ts';
import type { TimelineItem } from '../shell/timeline-blocks.ts';

/** What may be markup; anything else is drawn without the code that reads it. */
const MARKUP = /[*_`[]|https?:|^([-•]|\d{1,3}[.)]) /im;

let richText: { RichText: FunctionComponent<{ text: string }> } | undefined;

interface BubbleProps {
  item: TimelineItem;
  shell: ShellContext;
}

/** Why a message was refused, and what can be done. */
function Refused({ message, shell }: { message: PendingMessage; shell: ShellContext }): JSX.Element {
  const { client, language } = shell;
  const { words } = language;
  return (
    <div class="refused">
      <small>{message.code === 'too-large' ? words.refusedTooLarge : words.refused}</small>
      <button class="link" onClick={() => void client.tryAgain(message.id)}>
        {words.tryAgain}
      </button>
      <button class="link" onClick={() => void client.discard(message.id)}>
        {words.delete}
      </button>
    </div>
  );
}

/** One message. It is drawn again only when it or the language has changed, however long the conversation is. */
export class Bubble extends Component<BubbleProps> {
  override shouldComponentUpdate(next: BubbleProps): boolean {
    const { item, shell } = this.props;
    return next.item.source !== item.source || next.shell.language !== shell.language;
  }

  #text(text: string): JSX.Element {
    if (MARKUP.test(text)) {
      if (richText) return <richText.RichText text={text} />;
      const drawAgain = (): void => this.forceUpdate();
      import('./rich-text.tsx').then((module) => {
        richText = module;
        drawAgain();
      }, drawAgain);
    }
    return <p dir="auto">{text}</p>;
  }

  override render(): JSX.Element | null {
    const { item, shell } = this.props;
    const { body, source } = item;
    if (body.type !== 'chat.message') return null;
    return (
      <>
        <div class="bubble">{this.#text(body.text)}</div>
        {'state' in source && source.state === 'refused' && <Refused message={source} shell={shell} />}
      </>
    );
  }
}
