import { type GifFrame, joinImageData } from './frames';
import { expandLzw, encodeLiterals } from './lzw';

const COLORS = 256;

/** Behind the signature and the logical screen, sections 17 to 19. */
const GLOBAL_TABLE = 13;

/** Section 20: where the descriptor of an image has its flags, and the one of interlacing. */
const FLAGS = 9;
const INTERLACED = 0x40;

/** Appendix E: the first row of each pass, and how far the next one is. */
const PASSES = [[0, 8], [4, 8], [2, 4], [1, 2]] as const;

export interface Rewriting {
  readonly frame: GifFrame;
  /** The frame gets an unused transparent colour. */
  readonly addsTransparency: boolean;
  /** Rows are put in their order. */
  readonly deinterlaces: boolean;
}

export function rewriteFrames(raw: Uint8Array, rewritings: readonly Rewriting[]): Uint8Array {
  const copy = Buffer.from(raw);
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const rewriting of rewritings) {
    const data = rewriteFrame(copy, rewriting);
    if (!data) continue;
    parts.push(copy.subarray(from, rewriting.frame.data), data);
    from = rewriting.frame.end;
  }
  return Buffer.concat([...parts, copy.subarray(from)]);
}

/** The frame's new image data, where it needs any. */
function rewriteFrame(copy: Buffer, { frame, addsTransparency, deinterlaces }: Rewriting): Buffer | undefined {
  // Codes of less than 8 bits have no colour 255.
  const isFree = copy[frame.data] < 8;
  if (addsTransparency && isFree && !deinterlaces) {
    setTransparentColor(copy, frame, COLORS - 1);
    return undefined;
  }
  const stored = readPixels(copy, frame);
  const pixels = deinterlaces ? orderRows(stored, frame) : stored;
  if (deinterlaces) copy[frame.descriptor + FLAGS] -= INTERLACED;
  if (addsTransparency) setTransparentColor(copy, frame, isFree ? COLORS - 1 : findFreeColor(copy, frame, pixels));
  return encodeLiterals(pixels);
}

function setTransparentColor(copy: Buffer, { control }: GifFrame, index: number): void {
  copy[control!] += 1;
  copy[control! + 3] = index;
}

/** Those that the data draws. */
function readPixels(raw: Uint8Array, frame: GifFrame): Uint8Array {
  const pixels = new Uint8Array(frame.width * frame.height);
  return pixels.subarray(0, expandLzw(joinImageData(raw, frame), raw[frame.data], pixels.length, pixels));
}

function orderRows(stored: Uint8Array, { width, height }: GifFrame): Uint8Array {
  const pixels = new Uint8Array(width * height);
  let from = 0;
  for (const [first, step] of PASSES) {
    for (let y = first; y < height; y += step, from += width) {
      pixels.set(stored.subarray(from, from + width), y * width);
    }
  }
  return pixels;
}

/** A colour that no pixel has. If all are used, pixels of the rarest get the colour that is nearest to it. */
function findFreeColor(raw: Uint8Array, frame: GifFrame, pixels: Uint8Array): number {
  const uses = new Uint32Array(COLORS);
  for (const color of pixels) uses[color]++;
  const index = uses.indexOf(Math.min(...uses));
  if (uses[index] === 0) return index;
  const nearest = findNearestColor(raw, frame.table ?? GLOBAL_TABLE, index);
  for (let i = 0; i < pixels.length; i++) if (pixels[i] === index) pixels[i] = nearest;
  return index;
}

function findNearestColor(raw: Uint8Array, table: number, index: number): number {
  const measureDistance = (other: number): number => [0, 1, 2]
    .reduce((sum, i) => sum + (raw[table + 3 * other + i] - raw[table + 3 * index + i]) ** 2, 0);
  let nearest = index === 0 ? 1 : 0;
  for (let other = 0; other < COLORS; other++) {
    if (other !== index && measureDistance(other) < measureDistance(nearest)) nearest = other;
  }
  return nearest;
}
