import type { OfferRow } from '@alongside/sdk/agent';
import type { Registration } from '../shell/registration.ts';

/** What the capability of its channel calls the offer. */
export function offerTitle(registrations: readonly Registration[], offer: OfferRow): string {
  for (const registration of registrations) {
    const title = registration.offerTitle(offer);
    if (title !== undefined) return title;
  }
  return 'New work';
}
