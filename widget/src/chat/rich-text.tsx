import type { PendingMessage } from '@alongside/sdk';
import { type Inline, parseMarkdown } from '@alongside/sdk/shared';
import type { ComponentChildren, JSX } from 'preact';
import type { ShellContext } from '../shell/context.ts';

function draw(piece: Inline): ComponentChildren {
  switch (piece.type) {
    case 'text':
      return piece.text;
    case 'code':
      return <code>{piece.text}</code>;
    case 'strong':
      return <b>{piece.of.map(draw)}</b>;
    case 'emphasis':
      return <em>{piece.of.map(draw)}</em>;
    case 'link':
      return (
        <a href={piece.href} target="_blank" rel="noopener noreferrer nofollow ugc">
          {piece.of.map(draw)}
        </a>
      );
  }
}

// Of what is seldom drawn the styles stand here: every rule of the panel's sheet is fetched by everybody.
const LIST = { 'padding-inline-start': '20px' };
const REFUSED = { display: 'flex', 'flex-wrap': 'wrap', gap: '0 12px' };

/** The light markup of a message as nodes; what is not markup stays text. */
export function RichText({ text }: { text: string }): JSX.Element {
  return (
    <>
      {parseMarkdown(text).map((block) => {
        if (block.type === 'paragraph') return <p dir="auto">{block.of.map(draw)}</p>;
        const items = block.items.map((item) => <li>{item.map(draw)}</li>);
        return block.ordered ? (
          <ol dir="auto" start={block.start} style={LIST}>
            {items}
          </ol>
        ) : (
          <ul dir="auto" style={LIST}>
            {items}
          </ul>
        );
      })}
    </>
  );
}

/** Why a message was refused, and what can be done. */
export function Refused({ message, shell }: { message: PendingMessage; shell: ShellContext }): JSX.Element {
  const { client, language } = shell;
  const { words } = language;
  return (
    <div class="refused" style={REFUSED}>
      <small style={{ color: 'var(--alongside-danger)' }}>
        {message.code === 'too-large' ? words.refusedTooLarge : words.refused}
      </small>
      <button class="link" onClick={() => void client.tryAgain(message.id)}>
        {words.tryAgain}
      </button>
      <button class="link" onClick={() => void client.discard(message.id)}>
        {words.delete}
      </button>
    </div>
  );
}
