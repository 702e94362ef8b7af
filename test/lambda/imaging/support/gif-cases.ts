import type { GifFile, GifFrame } from './animated-gif';

export interface GifCase {
  readonly name: string;
  readonly file: GifFile;
}

export interface DrawnGif {
  readonly width: number;
  readonly height: number;
  /** Pixels of the whole canvas in RGBA, for each frame. */
  readonly frames: readonly Buffer[];
}

const COLORS = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0]];
const OTHER_COLORS = [[0, 255, 255], [255, 0, 255], [255, 255, 255], [128, 64, 0]];
const MANY_COLORS = Array.from({ length: 256 }, (_, i) => [i, 255 - i, 128]);
const DELAY = 20;

/**
 * Draws frames as browsers do; `test/browser/gifs.test.ts` compares the result with Chromium. The canvas begins
 * transparent, and the first frame can make it larger. Disposal 2 makes the frame's rectangle transparent. Disposals 3
 * and 4 restore the canvas before the frame; all others keep it.
 */
export function drawGif(file: GifFile): DrawnGif {
  const [first] = file.frames;
  const width = Math.max(file.width, first.x + first.width);
  const height = Math.max(file.height, first.y + first.height);
  let canvas = Buffer.alloc(width * height * 4);
  const frames = file.frames.map(frame => {
    const before = Buffer.from(canvas);
    drawFrame(canvas, { width, height }, frame, (frame.palette ?? file.palette)!);
    const drawn = Buffer.from(canvas);
    if (frame.disposal === 2) eachPixel({ width, height }, frame, at => canvas.fill(0, at, at + 4));
    if (frame.disposal === 3 || frame.disposal === 4) canvas = before;
    return drawn;
  });
  return { width, height, frames };
}

function drawFrame(
  canvas: Buffer, size: { width: number; height: number }, frame: GifFrame, palette: readonly (readonly number[])[],
): void {
  eachPixel(size, frame, (at, i) => {
    if (frame.pixels[i] !== frame.transparent) canvas.set([...palette[frame.pixels[i]], 255], at);
  });
}

function eachPixel(
  canvas: { width: number; height: number }, { x, y, width, height }: GifFrame, visit: (at: number, i: number) => void,
): void {
  for (let i = 0; i < width * height; i++) {
    const [left, top] = [x + i % width, y + Math.floor(i / width)];
    if (left < canvas.width && top < canvas.height) visit((top * canvas.width + left) * 4, i);
  }
}

/** Stripes of the colours, so that rows in a wrong order are visible. */
function striped(x: number, y: number, width: number, height: number, more: Partial<GifFrame> = {}): GifFrame {
  const pixels = Array.from(
    { length: width * height }, (_, i) => (i % width + 3 * Math.floor(i / width)) % COLORS.length,
  );
  return { x, y, width, height, pixels, ...more };
}

/**
 * All disposal methods, with frames that do or do not cover the canvas. The frames vary in transparent colour, global
 * palette and interlacing.
 */
export function gifCases(): GifCase[] {
  const choices = [0, 1, 2, 3, 4, 7].flatMap(
    disposal => [true, false].flatMap(covers => [undefined, 2].flatMap(transparent =>
      [true, false].flatMap(
        hasGlobal => [true, false].map(interlaced => ({ disposal, covers, transparent, hasGlobal, interlaced })),
      ))),
  );
  return [
    ...choices.flatMap(choice => [animation(choice), ...choice.disposal === 0 ? [still(choice)] : []]),
    ...oddCanvases(), ...manyColors(),
  ];
}

interface Choice {
  readonly disposal: number;
  readonly covers: boolean;
  readonly transparent?: number;
  readonly hasGlobal: boolean;
  readonly interlaced: boolean;
}

function formatName({ covers, transparent, hasGlobal, interlaced }: Choice): string {
  return [covers ? 'covered' : 'uncovered', transparent === undefined
    ? 'opaque'
    : 'transparent', hasGlobal ? 'global palette' : 'own palettes', ...interlaced ? ['interlaced'] : []].join(', ');
}

function firstFrame({ disposal, covers, transparent, hasGlobal, interlaced }: Choice): GifFrame {
  const more = { disposal, transparent, interlaced, delay: DELAY, ...!hasGlobal && { palette: COLORS } };
  return covers ? striped(0, 0, 12, 10, more) : striped(2, 1, 7, 5, more);
}

function still(choice: Choice): GifCase {
  const file = {
    width: 12,
    height: 10,
    background: 1,
    frames: [firstFrame(choice)],
    ...choice.hasGlobal && { palette: COLORS },
  };
  return { name: `still, ${formatName(choice)}`, file };
}

function animation(choice: Choice): GifCase {
  const { disposal, transparent, hasGlobal, interlaced } = choice;
  const more = { disposal, transparent, interlaced, delay: DELAY, ...!hasGlobal && { palette: OTHER_COLORS } };
  const frames = [firstFrame(choice), striped(4, 3, 5, 9, more), striped(0, 6, 3, 3, more), striped(8, 0, 9, 2, more)];
  return {
    name: `disposal ${disposal}, ${formatName(choice)}`,
    file: { width: 12, height: 10, background: 1, frames, ...hasGlobal && { palette: COLORS } },
  };
}

/** libnsgif ignores the first of these; in the last two frames go over the edge. */
function oddCanvases(): GifCase[] {
  const single = [striped(3, 2, 7, 5)];
  const more = { delay: DELAY };
  const moving = [striped(3, 2, 7, 5, more), striped(1, 1, 30, 8, { ...more, disposal: 2 }), striped(0, 0, 2, 2, more)];
  const sizes = [[640, 480], [800, 600], [1024, 768], [2100, 9], [9, 2100], [0, 0], [6, 4]];
  return sizes.flatMap(([width, height]) => [single, moving].map(frames => {
    const name = `canvas of ${width} x ${height}, ${frames.length} frames`;
    return { name, file: { width, height, frames, palette: COLORS, background: 2 } };
  }));
}

/** With codes of 8 bits no colour is left over. */
function manyColors(): GifCase[] {
  return [255, 256].map(used => {
    const disposed = { delay: DELAY, disposal: 2 };
    const frames = [
      striped(0, 0, 20, 18, { delay: DELAY }), striped(1, 1, 16, 16, disposed), striped(4, 15, 3, 3, disposed),
      striped(0, 0, 1, 1),
    ];
    const scattered = frames.map(each => ({ ...each, pixels: each.pixels.map((_, i) => i * 7 % used) }));
    return {
      name: `disposal 2, ${used} of 256 colours used`,
      file: { width: 20, height: 18, frames: scattered, palette: MANY_COLORS },
    };
  });
}
