import type { Size } from '../headers/reading';
import type { View } from '../heif/transforms';

interface PlacedView extends Size {
  /** The struct `View` of av1.c. */
  readonly numbers: readonly number[];
}

/** Computes the size of a view in which each square of `shrink` pixels becomes one, and the place of each pixel. */
export function placeView({ area, right, down }: View, shrink: number): PlacedView {
  const stored = { width: Math.ceil(area.width / shrink), height: Math.ceil(area.height / shrink) };
  const isTransposed = right[0] === 0;
  const [width, height] = isTransposed ? [stored.height, stored.width] : [stored.width, stored.height];
  // The stored pixel that is shown at the upper left.
  const [x, y] = [right[0] + down[0] < 0 ? stored.width - 1 : 0, right[1] + down[1] < 0 ? stored.height - 1 : 0];
  const [stepX, stepY] = [right[0] + down[0] * width, right[1] + down[1] * width];
  return {
    width,
    height,
    numbers: [area.left, area.top, area.width, area.height, shrink, -(x * stepX + y * stepY), stepX, stepY],
  };
}
