import { Component, type JSX } from 'preact';
import type * as RichText from './rich-text.tsx';
import type { ShellContext } from '../shell/context.ts';
import type { TimelineItem } from '../shell/timeline-blocks.ts';

/** What may be markup; anything else, unless it was refused, is drawn without the code that reads it. */
const MARKUP = /[*_`[]|https?:|^([-•]|\d{1,3}[.)]) /im;

let rare: typeof RichText | undefined;

interface BubbleProps {
  item: TimelineItem;
  shell: ShellContext;
}

/** One message. It is drawn again only when it or the language has changed, however long the conversation is. */
export class Bubble extends Component<BubbleProps> {
  override shouldComponentUpdate(next: BubbleProps): boolean {
    const { item, shell } = this.props;
    return next.item.source !== item.source || next.shell.language !== shell.language;
  }

  override render(): JSX.Element | null {
    const { item, shell } = this.props;
    const { body, source } = item;
    if (body.type !== 'chat.message') return null;
    const { text } = body;
    const marked = MARKUP.test(text);
    const refused = 'state' in source && source.state === 'refused';
    if (!rare && (marked || refused)) {
      const drawAgain = (): void => this.forceUpdate();
      import('./rich-text.tsx').then((module) => {
        rare = module;
        drawAgain();
      }, drawAgain);
    }
    return (
      <>
        <div class="bubble">{rare && marked ? <rare.RichText text={text} /> : <p dir="auto">{text}</p>}</div>
        {rare && refused && <rare.Refused message={source} shell={shell} />}
      </>
    );
  }
}
