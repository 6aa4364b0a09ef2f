import { type Block, type Inline, parseMarkdown } from '@alongside/sdk/shared';
import type { JSX } from 'preact';
import './rich-text.css';

/** Chat text drawn as nodes of ours: whatever the text says, nothing else than these elements comes of it. */
export function RichText({ text }: { text: string }): JSX.Element {
  return (
    <div class="rich-text" dir="auto">
      {parseMarkdown(text).map((block, index) => (
        <DrawnBlock key={index} block={block} />
      ))}
    </div>
  );
}

function DrawnBlock({ block }: { block: Block }): JSX.Element {
  if (block.type === 'paragraph') return <p>{drawn(block.of)}</p>;
  const items = block.items.map((item, index) => <li key={index}>{drawn(item)}</li>);
  return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
}

function drawn(pieces: readonly Inline[]): JSX.Element[] {
  return pieces.map((piece, index) => <DrawnPiece key={index} piece={piece} />);
}

function DrawnPiece({ piece }: { piece: Inline }): JSX.Element {
  switch (piece.type) {
    case 'text':
      return <>{piece.text}</>;
    case 'code':
      return <code>{piece.text}</code>;
    case 'strong':
      return <strong>{drawn(piece.of)}</strong>;
    case 'emphasis':
      return <em>{drawn(piece.of)}</em>;
    case 'link':
      return (
        <a href={piece.href} title={piece.href} target="_blank" rel="noopener noreferrer nofollow ugc">
          {drawn(piece.of)}
        </a>
      );
  }
}
