import { DecodeError, type Schema, integer } from '@alongside/sdk/protocol';

/** A whole number in a query string, where everything is text. */
export function numberInQuery(min: number, max: number): Schema<number> {
  const number = integer(min, max);
  return {
    decode: (value, path) => {
      if (typeof value !== 'string' || !/^\d{1,16}$/.test(value)) {
        throw new DecodeError(path, 'is not a whole number');
      }
      return number.decode(Number(value), path);
    },
    json: number.json,
  };
}
