import type { JSX } from 'preact';
import { useWorkspace } from '../shell/use-console.ts';
import { OfferCard } from './offer-card.tsx';
import './offer-stack.css';

/** Work that is offered, the offer that ends first on top. */
export function OfferStack(): JSX.Element {
  const { offers } = useWorkspace();
  return (
    <div class="offer-stack">
      {offers.value.map((offer) => (
        <OfferCard key={offer.offer} offer={offer} />
      ))}
    </div>
  );
}
