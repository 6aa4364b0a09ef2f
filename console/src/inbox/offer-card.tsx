import type { OfferRow } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { isField } from '../shell/keyboard.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Icon } from '../ui/icon.tsx';
import { Avatar, Name, plainName } from '../ui/person.tsx';
import { countdown, duration } from '../ui/time.ts';
import { When } from '../ui/when.tsx';
import { offerTitle } from './offer-title.ts';
import { RowSharing } from './row-sharing.tsx';

const SECOND_MS = 1_000;

/** One offer: who, why here, how long they wait, who spoke with them before, what they wrote. */
export function OfferCard({ offer }: { offer: OfferRow }): JSX.Element {
  const workspace = useWorkspace();
  const accept = useRef<HTMLButtonElement>(null);
  const [answering, setAnswering] = useState(false);
  useLayoutEffect(() => {
    takeFocus(accept.current);
  }, []);
  const take = async (): Promise<void> => {
    setAnswering(true);
    if (!(await workspace.accept(offer))) setAnswering(false);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.repeat || event.isComposing || answering) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      void workspace.decline(offer);
    } else if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) {
      event.preventDefault();
      void take();
    }
  };
  const titleId = `offer-title-${offer.offer}`;
  const aboutId = `offer-about-${offer.offer}`;
  return (
    <div
      class="offer"
      role="alertdialog"
      aria-labelledby={titleId}
      aria-describedby={aboutId}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <div class="offer-head">
        <h2 id={titleId}>{offerTitle(workspace.registrations, offer)}</h2>
        <Ring offer={offer} />
      </div>
      <OfferContext offer={offer} id={aboutId} />
      <div class="offer-buttons">
        <button
          type="button"
          class="button"
          disabled={answering}
          onClick={() => void workspace.decline(offer)}
        >
          Decline
        </button>
        <button
          type="button"
          class="button button-primary"
          ref={accept}
          disabled={answering}
          onClick={() => void take()}
        >
          Accept
        </button>
      </div>
    </div>
  );
}

/** Into the offer, unless somebody writes just now or another offer has it already. */
function takeFocus(button: HTMLButtonElement | null): void {
  const active = document.activeElement;
  if (isField(active) || active?.closest('[role="alertdialog"], dialog')) return;
  button?.focus();
}

function OfferContext({ offer, id }: { offer: OfferRow; id: string }): JSX.Element {
  const { ticker } = useWorkspace();
  return (
    <div class="offer-about" id={id}>
      <div class="offer-who">
        <Avatar id={offer.conversation} name={offer.visitorName} />
        <p>
          <strong>
            <Name of={offer.visitorName} />
          </strong>
          <span class="muted">
            Waiting for {duration(Math.max(SECOND_MS, ticker.now.value - offer.waitingSince))}
          </span>
        </p>
      </div>
      {offer.from && (
        <p class="offer-from">
          <Icon name="pass" size={16} />
          <span>
            <Name of={offer.from.name} />{' '}
            {offer.warm
              ? 'asks you to join. The chat stays with them until they hand it over.'
              : 'passes this chat on to you.'}
          </span>
        </p>
      )}
      {offer.text !== undefined && (
        <blockquote class="offer-text" dir="auto">
          {offer.text}
        </blockquote>
      )}
      {offer.page && (
        <p class="offer-page">
          <span class="offer-label">On the page</span>
          <bdi>{plainName(offer.page.title || offer.page.url)}</bdi>
          <bdi class="muted offer-url">{offer.page.url}</bdi>
        </p>
      )}
      {offer.sharing && <RowSharing sharing={offer.sharing} />}
      <LastContacts offer={offer} />
    </div>
  );
}

function LastContacts({ offer }: { offer: OfferRow }): JSX.Element {
  const { ticker } = useWorkspace();
  if (offer.lastContacts.length === 0) return <p class="muted">First contact</p>;
  return (
    <div>
      <span class="offer-label">Before</span>
      <ul class="offer-contacts">
        {offer.lastContacts.map((contact) => (
          <li key={contact.at}>
            <When at={contact.at} now={ticker.slowNow} />
            {contact.agent !== undefined && (
              <>
                {' with '}
                <Name of={contact.agent} />
              </>
            )}
            {contact.text !== undefined && <bdi class="muted"> {contact.text}</bdi>}
          </li>
        ))}
      </ul>
    </div>
  );
}

const RADIUS = 15;
const CIRCUMFERENCE = 2 * Math.PI * RADIUS;

/** The time left, as a shrinking ring round the seconds. */
function Ring({ offer }: { offer: OfferRow }): JSX.Element {
  const { ticker } = useWorkspace();
  const left = Math.max(0, offer.expiresAt - ticker.now.value);
  /** What was left when it was first seen here stands for the whole. */
  const whole = useRef(left).current || 1;
  const share = Math.min(1, left / whole);
  return (
    <span class="offer-ring" role="timer" aria-label="Time left">
      <svg width="36" height="36" viewBox="0 0 36 36" aria-hidden="true">
        <circle class="offer-ring-whole" cx="18" cy="18" r={RADIUS} />
        <circle
          class="offer-ring-left"
          cx="18"
          cy="18"
          r={RADIUS}
          style={{
            strokeDasharray: String(CIRCUMFERENCE),
            strokeDashoffset: String(CIRCUMFERENCE * (1 - share)),
          }}
        />
      </svg>
      <span>{countdown(left)}</span>
    </span>
  );
}
