const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Random bytes from the platform's cryptographic source; simulations give their own. */
export type RandomBytes = (length: number) => Uint8Array;

/** Random bytes of the platform. */
export const platformRandom: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

/** 16 bytes as 26 characters of Crockford base32, most significant bits first (the last character carries 3). */
function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((held >> bits) & 31);
    }
    held &= (1 << bits) - 1;
  }
  return text + ALPHABET.charAt((held << (5 - bits)) & 31);
}

/** A new id: `prefix_` and 128 random bits. */
export function newId(prefix: string, random: RandomBytes = platformRandom): string {
  return `${prefix}_${base32(random(16))}`;
}

/** A new UUIDv7 (RFC 9562, section 5.7): 48 bits of `now`, then random bits. */
export function newCommandId(now: number, random: RandomBytes = platformRandom): string {
  const bytes = random(16);
  for (let index = 0; index < 6; index++) {
    bytes[index] = Math.floor(now / 2 ** (8 * (5 - index))) % 256;
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
