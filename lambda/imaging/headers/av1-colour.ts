import { Bits } from './bits';
import type { Bytes } from './bytes';
import type { Cicp } from './cicp';

/** `color_config()` of a sequence header, AV1, section 5.5.2. */
export interface Av1Colour extends Cicp {
  readonly monochrome: boolean;
}

const SEQUENCE_HEADER = 1;
/** AV1, section 6.4.1: the encoder decides per frame. */
const SELECT_SCREEN_CONTENT_TOOLS = 2;

/** The colours in the first sequence header of a range of OBUs, AV1, section 5.3. */
export function readAv1Colour(bytes: Bytes, start: number, end: number): Av1Colour | undefined {
  for (let at = start; at < end;) {
    const header = new Bits(bytes, at);
    header.skip(1);
    const type = header.read(4);
    const extended = header.readFlag();
    const [length, behind] = header.readFlag()
      ? readLeb128(bytes, at + (extended ? 2 : 1))
      : [end - at, at + (extended ? 2 : 1)];
    if (type === SEQUENCE_HEADER) return readSequenceHeader(new Bits(bytes, behind));
    bytes.count(1);
    at = behind + length;
  }
  return undefined;
}

/** Section 4.10.5: seven bits of each byte, from the lowest up. */
function readLeb128(bytes: Bytes, at: number): [value: number, behind: number] {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes.readU8(at + i);
    value += byte % 2 ** 7 * 2 ** (7 * i);
    if (byte < 0x80) return [value, at + i + 1];
  }
  throw bytes.createCorruptError('a length in its image has too many bytes');
}

/** Section 5.5.1. */
function readSequenceHeader(bits: Bits): Av1Colour {
  const profile = bits.read(3);
  bits.skip(1);
  const reduced = bits.readFlag();
  if (reduced) bits.skip(5);
  else skipOperatingPoints(bits);
  const widthBits = bits.read(4) + 1;
  const heightBits = bits.read(4) + 1;
  bits.skip(widthBits + heightBits);
  if (!reduced && bits.readFlag()) bits.skip(7);
  bits.skip(3);
  if (!reduced) skipTools(bits);
  bits.skip(3);
  return readColourConfig(bits, profile);
}

function skipOperatingPoints(bits: Bits): void {
  const delayBits = bits.readFlag() ? skipTiming(bits) : 0;
  const hasDisplayDelay = bits.readFlag();
  for (let points = bits.read(5) + 1; points > 0; points--) {
    bits.skip(12);
    if (bits.read(5) > 7) bits.skip(1);
    if (delayBits > 0 && bits.readFlag()) bits.skip(2 * delayBits + 1);
    if (hasDisplayDelay && bits.readFlag()) bits.skip(4);
  }
}

/** Returns the bits of a buffer's delay; 0 without a decoder model. */
function skipTiming(bits: Bits): number {
  bits.skip(64);
  if (bits.readFlag()) bits.skipVariableLength();
  if (!bits.readFlag()) return 0;
  const delayBits = bits.read(5) + 1;
  bits.skip(42);
  return delayBits;
}

function skipTools(bits: Bits): void {
  bits.skip(4);
  const hasOrderHint = bits.readFlag();
  if (hasOrderHint) bits.skip(2);
  const screenContent = bits.readFlag() ? SELECT_SCREEN_CONTENT_TOOLS : bits.read(1);
  if (screenContent > 0 && !bits.readFlag()) bits.skip(1);
  if (hasOrderHint) bits.skip(3);
}

function readColourConfig(bits: Bits, profile: number): Av1Colour {
  const isHigh = bits.readFlag();
  if (profile === 2 && isHigh) bits.skip(1);
  const monochrome = profile !== 1 && bits.readFlag();
  const [primaries, transfer, matrix] = bits.readFlag() ? [bits.read(8), bits.read(8), bits.read(8)] : [2, 2, 2];
  // RGB has no range of its own.
  const isRgb = !monochrome && primaries === 1 && transfer === 13 && matrix === 0;
  return { primaries, transfer, matrix, fullRange: isRgb || bits.readFlag(), monochrome };
}
