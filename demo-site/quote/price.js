/** A believable premium from what was stated; the numbers are made up. */

const MONTHLY_MINIMUM_EUR = 4;
const YEARLY_SHARE_OF_VALUE = { theft: 0.045, comfort: 0.068, complete: 0.092 };
const KIND_FACTOR = { city: 1, cargo: 1.15, sport: 1.25, electric: 1.1 };
const KEPT_FACTOR = { indoors: 0.9, cellar: 1, yard: 1.15, street: 1.4 };
const LOCK_FACTOR = { d: 0.95, chain: 1, folding: 1, frame: 1.3 };
const EXTRA_EUR = 1.2;
const CLAIM_FACTOR = 1.35;
const EXCESS_DISCOUNT_PER_EUR = 0.0009;

/**
 * @param {FormData} data of the quote's form
 * @returns {number | null} euros a month; `null` while the bicycle's price is unknown
 */
export function monthlyPrice(data) {
  const value = Number(data.get('value'));
  if (!(value >= 100)) return null;
  const factor =
    (KIND_FACTOR[data.get('kind')] ?? 1) *
    (KEPT_FACTOR[data.get('kept')] ?? 1) *
    (LOCK_FACTOR[data.get('lock')] ?? 1) *
    (data.get('claims') === 'yes' ? CLAIM_FACTOR : 1) *
    (1 - Number(data.get('excess')) * EXCESS_DISCOUNT_PER_EUR);
  const extras = ['extra-parts', 'extra-abroad', 'extra-race'].filter((name) => data.has(name)).length;
  const monthly =
    (value * YEARLY_SHARE_OF_VALUE[data.get('cover') ?? 'theft'] * factor) / 12 + extras * EXTRA_EUR;
  return Math.max(MONTHLY_MINIMUM_EUR, Math.round(monthly * 10) / 10);
}
