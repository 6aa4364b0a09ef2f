import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiError, type SearchHit } from '../shell/api.ts';
import { useConsole } from '../shell/use-console.ts';
import { Name, plainName } from '../ui/person.tsx';
import { When } from '../ui/when.tsx';
import './search-results.css';

/** Typing pauses this long before the server is asked. */
const PAUSE_MS = 200;

type Answer =
  { state: 'asking' } | { state: 'found'; hits: readonly SearchHit[] } | { state: 'failed'; text: string };

/** Messages that have the words; choosing one opens its conversation there. */
export function SearchResults({ words }: { words: string }): JSX.Element {
  const answer = useSearch(words);
  switch (answer.state) {
    case 'asking':
      return <p class="search-note muted">Searching…</p>;
    case 'failed':
      return (
        <p class="search-note" role="alert">
          {answer.text}
        </p>
      );
    case 'found':
      return <Found words={words} hits={answer.hits} />;
  }
}

function useSearch(words: string): Answer {
  const { workspace } = useConsole();
  const [answer, setAnswer] = useState<Answer>({ state: 'asking' });
  useEffect(() => {
    const abort = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        setAnswer({ state: 'found', hits: await workspace.api.search(words, abort.signal) });
      } catch (error) {
        if (abort.signal.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        setAnswer({ state: 'failed', text: failureOf(error) });
      }
    };
    const cancel = workspace.clock.after(PAUSE_MS, () => void ask());
    return () => {
      cancel();
      abort.abort();
    };
  }, [words, workspace]);
  return answer;
}

function failureOf(error: ApiError): string {
  return error.status === 0
    ? 'The server cannot be reached, so nothing was searched. Change a word to try again.'
    : 'The server could not search for this. Change a word to try again.';
}

function Found({ words, hits }: { words: string; hits: readonly SearchHit[] }): JSX.Element {
  return (
    <>
      <p class="search-note muted" role="status">
        {hits.length === 0 ? `No message has “${words}”.` : countOf(hits.length)}
      </p>
      <ul aria-label="Messages found">
        {hits.map((hit) => (
          <li key={`${hit.conversation}/${hit.seq}`}>
            <Hit hit={hit} />
          </li>
        ))}
      </ul>
    </>
  );
}

function countOf(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`;
}

function Hit({ hit }: { hit: SearchHit }): JSX.Element {
  const { workspace } = useConsole();
  const by = hit.author.kind === 'visitor' ? undefined : plainName(hit.author.name ?? 'Agent');
  return (
    <button
      type="button"
      class="search-hit"
      onClick={() => {
        workspace.show(hit.conversation, hit.seq);
      }}
    >
      <span class="inbox-row-line">
        <strong class="inbox-row-name">
          <Name of={hit.visitorName} />
        </strong>
        <span class="inbox-row-time">
          <When at={hit.at} now={workspace.ticker.slowNow} />
        </span>
      </span>
      <span class="search-snippet">
        <bdi>
          {by !== undefined && `${by}: `}
          {hit.snippet.map((part, index) =>
            part.hit ? <mark key={index}>{part.text}</mark> : <span key={index}>{part.text}</span>,
          )}
        </bdi>
      </span>
    </button>
  );
}
