/** Crockford's base 32 (https://www.crockford.com/base32.html), as the ULID specification uses it. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Big-endian. Leading zero bits fill up the first digit: 16 bytes make 26 digits. */
export function encodeBase32(bytes: Uint8Array): string {
  const digits = Math.ceil((bytes.length * 8) / 5);
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  let text = '';
  for (let i = 0; i < digits; i++) {
    text = ALPHABET[Number(value % 32n)] + text;
    value /= 32n;
  }
  return text;
}
