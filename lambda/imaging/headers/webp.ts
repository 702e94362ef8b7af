import { encodeFourcc, type Bytes } from './bytes';
import { takeLargestSides, NO_SIZE, type Reading, type Size } from './reading';

const LOSSY = encodeFourcc('VP8 ');
const LOSSLESS = encodeFourcc('VP8L');
const EXTENDED = encodeFourcc('VP8X');
const FRAME = encodeFourcc('ANMF');

const SIZES = new Map<number, (bytes: Bytes, at: number) => Size>([
  [LOSSY, readLossySize],
  [LOSSLESS, readLosslessSize],
  [EXTENDED, readCanvasSize],
  [FRAME, readFrameExtent],
]);

/**
 * Chunks up to the end that the RIFF header gives, RFC 9649, sections 2.3 and 2.4. Every frame counts as a whole
 * canvas.
 */
export function readWebp(bytes: Bytes): Reading {
  const end = Math.min(8 + bytes.readU32le(4), bytes.length);
  let size = NO_SIZE;
  let frames = 0;
  for (let at = 12; at + 8 <= end; at = skipChunk(bytes, at)) {
    const name = bytes.readU32(at);
    const readSize = SIZES.get(name);
    if (readSize) size = takeLargestSides(size, readSize(bytes, at + 8));
    if (name === FRAME) frames++;
  }
  return { ...size, frames: Math.max(1, frames) };
}

/** A chunk of odd length is padded to an even one. */
function skipChunk(bytes: Bytes, at: number): number {
  const length = bytes.readU32le(at + 4);
  return at + 8 + length + length % 2;
}

/** RFC 6386, section 9.1: a frame tag, a start code, and 14 bits each under two of scale. */
function readLossySize(bytes: Bytes, at: number): Size {
  if (bytes.readU24le(at + 3) !== 0x2a019d) throw bytes.createCorruptError('its image data has an invalid start');
  return { width: bytes.readU16le(at + 6) % 2 ** 14, height: bytes.readU16le(at + 8) % 2 ** 14 };
}

/** RFC 9649, section 3.4: a signature, then 14 bits each of width and height, less one. */
function readLosslessSize(bytes: Bytes, at: number): Size {
  if (bytes.readU8(at) !== 0x2f) throw bytes.createCorruptError('its image data has an invalid start');
  const bits = bytes.readU32le(at + 1);
  return { width: bits % 2 ** 14 + 1, height: Math.floor(bits / 2 ** 14) % 2 ** 14 + 1 };
}

/** RFC 9649, section 2.7: flags, then 24 bits each of the canvas, less one. */
function readCanvasSize(bytes: Bytes, at: number): Size {
  return { width: bytes.readU24le(at + 4) + 1, height: bytes.readU24le(at + 7) + 1 };
}

/** Section 2.7.1.1: a frame's place in units of two pixels, then its size, less one. */
function readFrameExtent(bytes: Bytes, at: number): Size {
  return {
    width: 2 * bytes.readU24le(at) + bytes.readU24le(at + 6) + 1,
    height: 2 * bytes.readU24le(at + 3) + bytes.readU24le(at + 9) + 1,
  };
}
