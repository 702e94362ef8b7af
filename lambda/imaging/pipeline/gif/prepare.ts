import { type GifFile, type GifFrame, joinImageData, readGifFrames, type Rectangle } from './frames';
import { expandLzw } from './lzw';
import { rewriteFrames } from './rewrite';
import { TRUSTED_SIDE } from '../../headers/gif';
import { createCorruptError } from '../corrupt';

/** Sides of screens that libnsgif takes for a mistake of the program that wrote the file. */
const DISTRUSTED = new Set(['640x480', '640x512', '800x600', '1024x768', '1280x1024', '1600x1200']);
const LIBNSGIF_SIDE = 2048;

/**
 * Disposal methods, section 23: the frame's rectangle, or the whole canvas before the frame. Many programs write 4 for
 * 3.
 */
const TO_BACKGROUND = 2;
const TO_PREVIOUS = [3, 4];

/** Bytes of image data. */
const MOST_COUNTED = 2 ** 18;

export interface PreparedGif {
  readonly bytes: Uint8Array;
  /** The page of the first frame: 1 where a frame that draws nothing stands before it. */
  readonly firstPage: 0 | 1;
  /** The original up to the end of its last frame. */
  readonly length: number;
}

/**
 * Changes a GIF so that libvips draws it as browsers do. libvips has an alpha channel only if some frame has a
 * transparent colour: without one, uncovered canvas is black. libnsgif fills the rectangle of a disposed frame with the
 * background colour unless that frame has a transparent colour. It ignores some sizes of canvas, and it confuses the
 * rows of an interlaced frame that reaches over the lower edge. So frames get an unused transparent colour, or their
 * rows in order, and a frame that draws nothing is inserted before the first.
 */
export function prepareGif(raw: Uint8Array): PreparedGif {
  const file = readGifFrames(raw);
  const { frames } = file;
  if (!frames.some(frame => drawsPixels(raw, frame))) throw createCorruptError();
  // libvips fails a file that ends in its first frame. With a frame before that one, it would show a part as the whole.
  if (frames[0].end > raw.length) return { bytes: raw, firstPage: 0, length: raw.length };
  // Of later frames libvips shows the part that is there.
  if (isCutOff(raw, frames[frames.length - 1])) throw createCorruptError();
  const canvas = computeCanvas(file);
  const length = Math.min(frames[frames.length - 1].end, raw.length);
  const rewritings = frames.map((frame, i) => ({
    frame,
    addsTransparency: frame.disposal === TO_BACKGROUND && !frame.isTransparent && showsThrough(frames, i),
    deinterlaces: frame.isInterlaced && frame.top < canvas.height && frame.top + frame.height > canvas.height,
  })).filter(({ addsTransparency, deinterlaces }) => addsTransparency || deinterlaces);
  const bytes = rewritings.length > 0 ? rewriteFrames(raw, rewritings) : raw;
  const hasAlpha = frames.some(({ isTransparent }) => isTransparent)
    || rewritings.some(({ addsTransparency }) => addsTransparency);
  if ((hasAlpha || !isUncovered(raw, file, canvas)) && isTrusted(file, canvas)) return { bytes, firstPage: 0, length };
  const { start } = file;
  return {
    bytes: Buffer.concat([bytes.subarray(0, start), buildEmptyFrame(canvas), bytes.subarray(start)]),
    firstPage: 1,
    length,
  };
}

/** Whether the file ends before the last pixel of the frame. The end of its data may be missing. */
function isCutOff(raw: Uint8Array, frame: GifFrame): boolean {
  const pixels = frame.width * frame.height;
  return frame.end > raw.length && countDrawnPixels(raw, frame, pixels) < pixels;
}

function drawsPixels(raw: Uint8Array, frame: GifFrame): boolean {
  return frame.width * frame.height > 0 && countDrawnPixels(raw, frame, 1) > 0;
}

function countDrawnPixels(raw: Uint8Array, frame: GifFrame, most: number): number {
  return expandLzw(joinImageData(raw, frame), raw[frame.data], most);
}

/** Whether the next frame leaves some of the rectangle as the frame's disposal makes it. */
function showsThrough(frames: readonly GifFrame[], i: number): boolean {
  const next = frames[i + 1];
  return next !== undefined && (next.isTransparent || !covers(next, frames[i]));
}

/** As browsers do: the first frame can make it larger, later ones are cut off. */
function computeCanvas({ width, height, frames: [first] }: GifFile): Rectangle {
  const canvas = Math.max(width, height) <= TRUSTED_SIDE ? { width, height } : { width: 0, height: 0 };
  return {
    left: 0,
    top: 0,
    width: Math.max(canvas.width, first.left + first.width),
    height: Math.max(canvas.height, first.top + first.height),
  };
}

/** Whether something of the canvas can be seen before any frame has drawn there. */
function isUncovered(raw: Uint8Array, { frames }: GifFile, canvas: Rectangle): boolean {
  const [first] = frames;
  if (!covers(first, canvas) || isCutShort(raw, first)) return true;
  return [TO_BACKGROUND, ...TO_PREVIOUS].includes(first.disposal) && showsThrough(frames, 0);
}

/** Counting pixels takes 70 ns for each byte of data, so a large frame counts as whole. */
function isCutShort(raw: Uint8Array, frame: GifFrame): boolean {
  const { data, end, width, height } = frame;
  return end - data < MOST_COUNTED && countDrawnPixels(raw, frame, width * height) < width * height;
}

function covers(one: Rectangle, other: Rectangle): boolean {
  return one.left <= other.left && one.top <= other.top
    && one.left + one.width >= other.left + other.width && one.top + one.height >= other.top + other.height;
}

function isTrusted({ width, height, frames: [first] }: GifFile, canvas: Rectangle): boolean {
  const isKnown = Math.max(width, height) <= LIBNSGIF_SIDE && Math.min(width, height) > 0
    && !DISTRUSTED.has(`${width}x${height}`);
  return isKnown || (first.left + first.width === canvas.width && first.top + first.height === canvas.height);
}

/**
 * The frame stays on the canvas. Its data has one pixel, since libnsgif skips frames without pixels. The pixel is
 * transparent: the codes 4, 0 and 5 of 3 bits.
 */
function buildEmptyFrame({ width, height }: Rectangle): Buffer {
  const frame = Buffer.from('21f9040500000000' + '2c0000000000000000' + '00' + '0202440100', 'hex');
  frame.writeUInt16LE(width, 8 + 5);
  frame.writeUInt16LE(height, 8 + 7);
  return frame;
}
