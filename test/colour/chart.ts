/** Red, green and blue, from 0 to 1, as stored in a file. */
export type Color = readonly [number, number, number];

export const COLUMNS = 8;
export const ROWS = 6;
/** Large enough that chroma subsampling and the resize do not reach the middle. */
export const PATCH = 48;
export const WIDTH = COLUMNS * PATCH;
export const HEIGHT = ROWS * PATCH;

const GREYS = [0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 1].map((value): Color => [value, value, value]);
const CORNERS: readonly Color[] = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 0]];
const SOFT_CORNERS = CORNERS.map(color => color.map(value => 0.25 + value / 2) as unknown as Color);
/** The eighteen colours of the ColorChecker of 2005, in sRGB. */
const CHECKER: readonly Color[] = [
  [115, 82, 68], [194, 150, 130], [98, 122, 157], [87, 108, 67], [133, 128, 177], [103, 189, 170],
  [214, 126, 44], [80, 91, 166], [193, 90, 99], [94, 60, 108], [157, 188, 64], [224, 163, 46],
  [56, 61, 150], [70, 148, 73], [175, 54, 60], [231, 199, 31], [187, 86, 149], [8, 133, 161],
].map(color => color.map(value => value / 255) as unknown as Color);
const DARK = CHECKER.slice(0, 10).map(color => color.map(value => value / 3) as unknown as Color);

/** Row by row. */
export const PATCHES: readonly Color[] = [...GREYS, ...CORNERS, ...SOFT_CORNERS, ...CHECKER, ...DARK];

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: ArrayLike<number>;
}

/** The chart as samples with this number of channels and this value of white. */
export function drawChart(patches: readonly (readonly number[])[], white: number): Uint8Array | Uint16Array {
  const channels = patches[0].length;
  const samples = white > 255 ? new Uint16Array(WIDTH * HEIGHT * channels) : new Uint8Array(WIDTH * HEIGHT * channels);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const patch = patches[Math.floor(y / PATCH) * COLUMNS + Math.floor(x / PATCH)];
      for (let i = 0; i < channels; i++) samples[(y * WIDTH + x) * channels + i] = Math.round(patch[i] * white);
    }
  }
  return samples;
}

/** The mean of the middle of each patch, from 0 to 255, in a chart of any size. */
export function readChart({ width, height, channels, data }: Picture): Color[] {
  return PATCHES.map((_, index) => {
    const [left, top] = [index % COLUMNS * width / COLUMNS, Math.floor(index / COLUMNS) * height / ROWS];
    const sums = [0, 0, 0];
    let count = 0;
    for (let y = Math.ceil(top + height / ROWS * 0.35); y < top + height / ROWS * 0.65; y++) {
      for (let x = Math.ceil(left + width / COLUMNS * 0.35); x < left + width / COLUMNS * 0.65; x++, count++) {
        for (let i = 0; i < 3; i++) sums[i] += data[(y * width + x) * channels + (channels < 3 ? 0 : i)];
      }
    }
    return sums.map(sum => sum / count) as unknown as Color;
  });
}
