import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { OpenConversation } from '../shell/open-conversation.ts';
import { observed } from '../ui/observed.ts';
import './draft-preview.css';

/** What the visitor is writing, where the site shows it: plain text that was not sent, and may never be. */
export function DraftPreview({ conversation }: { conversation: OpenConversation }): JSX.Element | null {
  const { signal, stop } = useMemo(() => observed(conversation.handle.visitorDraft), [conversation]);
  useEffect(() => stop, [stop]);
  const text = signal.value;
  if (!text.trim()) return null;
  return (
    <div class="draft-preview" role="group" aria-label="Not sent yet" aria-live="off">
      <p dir="auto">{text}</p>
      <span class="muted">Not sent yet</span>
    </div>
  );
}
