import type { Bytes } from './bytes';
import { takeLargestSides, NO_SIZE, type Reading, type Size } from './reading';

const { max } = Math;

/** Block labels, GIF89a specification, appendix A. */
export const IMAGE = 0x2c;
export const EXTENSION = 0x21;
const COMMENT = 0xfe;

/**
 * A canvas with a longer side fits into no WebP, and is a mistake of the program that wrote the file: the frames'
 * extent counts.
 */
export const TRUSTED_SIDE = 16_383;

/**
 * The canvas counts even where our decoder ignores it: viewers of the original allocate it. Every frame counts as
 * a whole canvas, since decoders compose and keep whole canvases.
 */
export function readGif(bytes: Bytes): Reading {
  const canvas: Size = { width: bytes.readU16le(6), height: bytes.readU16le(8) };
  const start = 13 + measureColourTable(bytes.readU8(10));
  const bySpecification = readFrames(bytes, start, skipExtension);
  const byLibnsgif = readFrames(bytes, start, skipExtensionLikeLibnsgif);
  const frames = max(bySpecification.frames, byLibnsgif.frames);
  if (frames === 0) throw bytes.createCorruptError('it has no frame');
  const trusted = max(canvas.width, canvas.height) <= TRUSTED_SIDE;
  const size = [bySpecification, byLibnsgif].reduce(takeLargestSides, trusted ? canvas : NO_SIZE);
  const pixels = max(size.width * size.height, canvas.width * canvas.height) * frames;
  return { ...size, frames, pixels };
}

interface Frames extends Size {
  readonly frames: number;
}

/** Measures the extent of the frames on the canvas, and counts them. The trailer or an unknown block ends them. */
function readFrames(bytes: Bytes, start: number, skip: (bytes: Bytes, at: number) => number): Frames {
  let width = 0;
  let height = 0;
  let frames = 0;
  for (let at = start; bytes.holds(at, 3);) {
    const label = bytes.readU8(at);
    if (label === EXTENSION) {
      at = skip(bytes, at);
    } else if (label === IMAGE && bytes.holds(at, 10)) {
      width = max(width, bytes.readU16le(at + 1) + bytes.readU16le(at + 5));
      height = max(height, bytes.readU16le(at + 3) + bytes.readU16le(at + 7));
      frames++;
      at = skipSubBlocks(bytes, at + 11 + measureColourTable(bytes.readU8(at + 9)));
    } else {
      break;
    }
  }
  return { width, height, frames };
}

/** Section 24 and following: introducer, label, sub-blocks. */
function skipExtension(bytes: Bytes, at: number): number {
  return skipSubBlocks(bytes, at + 2);
}

/**
 * The first sub-block does not end the extension even where it is empty, comments excepted. So libnsgif finds frames
 * that other decoders miss.
 */
export function skipExtensionLikeLibnsgif(bytes: Bytes, at: number): number {
  return bytes.readU8(at + 1) === COMMENT
    ? skipExtension(bytes, at)
    : skipSubBlocks(bytes, at + 3 + bytes.readU8(at + 2));
}

/** Sections 18 and 20: the highest bit says whether there is a table, the lowest three how many colours. */
export function measureColourTable(flags: number): number {
  return flags < 0x80 ? 0 : 3 * 2 ** (flags % 8 + 1);
}

/** Section 15: each begins with its length, and one of length 0 ends them. */
export function skipSubBlocks({ raw }: Bytes, from: number): number {
  let at = from;
  while (at < raw.length && raw[at] !== 0) at += 1 + raw[at];
  return at + 1;
}
