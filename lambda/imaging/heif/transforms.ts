import type { Box } from '../headers/boxes';
import { encodeFourcc, type Bytes } from '../headers/bytes';
import type { Size } from '../headers/reading';

/**
 * A change to the decoded picture that comes before it is shown, ISO/IEC 23008-12, section 6.5, in the order of a file.
 */
export type Transform =
  | { readonly kind: 'crop'; readonly clap: readonly number[] }
  /** Anticlockwise. */
  | { readonly kind: 'rotate'; readonly degrees: number }
  | { readonly kind: 'mirror'; readonly direction: 'upside down' | 'left to right' };

const CLAP = encodeFourcc('clap');
const IROT = encodeFourcc('irot');
const IMIR = encodeFourcc('imir');

export function isCrop(name: number): boolean {
  return name === CLAP;
}

/** Undefined for a property that changes no pixels. */
export function readTransform(bytes: Bytes, { name, start }: Box): Transform | undefined {
  if (name === IROT) return { kind: 'rotate', degrees: bytes.readU8(start) % 4 * 90 };
  if (name === IMIR) {
    return { kind: 'mirror', direction: bytes.readU8(start) % 2 === 0 ? 'upside down' : 'left to right' };
  }
  if (name !== CLAP) return undefined;
  return { kind: 'crop', clap: Array.from({ length: 8 }, (_, i) => bytes.readU32(start + 4 * i)) };
}

interface Area extends Size {
  readonly left: number;
  readonly top: number;
}

/**
 * ISO/IEC 14496-12, section 12.1.4: fractions of width, height and the offsets of the centre from the picture's own.
 * The area is kept within the picture; undefined where nothing is left of it.
 */
function cropArea(clap: readonly number[], picture: Size): Area | undefined {
  const [width, height, right, down] = [0, 2, 4, 6].map(i => toSigned(clap[i]) / clap[i + 1]);
  const [left, end] = clampRange(right, width, picture.width);
  const [top, bottom] = clampRange(down, height, picture.height);
  const area = { left, top, width: end - left, height: bottom - top };
  return area.width > 0 && area.height > 0 ? area : undefined;
}

/** Which pixel of a picture is shown where: that of (x, y) is at `origin` + x × `right` + y × `down`. */
interface Placement extends Size {
  readonly origin: Point;
  readonly right: Point;
  readonly down: Point;
}

type Point = readonly [x: number, y: number];

const movePoint = ([x, y]: Point, [dx, dy]: Point, steps: number): Point => [x + dx * steps, y + dy * steps];
const reversePoint = ([x, y]: Point): Point => [-x, -y];

/** The area of a picture that is shown, and how it is turned and mirrored. */
export interface View {
  readonly area: Area;
  /** Steps in the picture, of one pixel, to the right and down as it is shown. */
  readonly right: Point;
  readonly down: Point;
}

/** Undefined where crops leave nothing. */
export function computeView(transforms: readonly Transform[], { width, height }: Size): View | undefined {
  let placement: Placement | undefined = { origin: [0, 0], right: [1, 0], down: [0, 1], width, height };
  for (const transform of transforms) placement = placement && apply(transform, placement);
  if (!placement) return undefined;
  const { origin, right, down } = placement;
  const [x, y] = movePoint(movePoint(origin, right, placement.width - 1), down, placement.height - 1);
  const area = {
    left: Math.min(origin[0], x),
    top: Math.min(origin[1], y),
    width: Math.abs(x - origin[0]) + 1,
    height: Math.abs(y - origin[1]) + 1,
  };
  return { area, right, down };
}

function apply(transform: Transform, placement: Placement): Placement | undefined {
  const { origin, right, down, width, height } = placement;
  if (transform.kind === 'crop') {
    const area = cropArea(transform.clap, placement);
    return area && {
      ...placement,
      width: area.width,
      height: area.height,
      origin: movePoint(movePoint(origin, right, area.left), down, area.top),
    };
  }
  if (transform.kind === 'rotate') {
    return transform.degrees === 0
      ? placement
      : apply({ kind: 'rotate', degrees: transform.degrees - 90 }, turnQuarter(placement));
  }
  return transform.direction === 'left to right'
    ? { ...placement, origin: movePoint(origin, right, width - 1), right: reversePoint(right) }
    : { ...placement, origin: movePoint(origin, down, height - 1), down: reversePoint(down) };
}

/** A quarter, anticlockwise: the right side becomes the upper one. */
function turnQuarter({ origin, right, down, width, height }: Placement): Placement {
  return {
    origin: movePoint(origin, right, width - 1),
    right: down,
    down: reversePoint(right),
    width: height,
    height: width,
  };
}

/** Where the crops of these transforms leave an area of the picture that has had all others, and no crop. */
export function computeVisibleArea(transforms: readonly Transform[], picture: Size): Area | undefined {
  let { width, height } = picture;
  let area: Area = { left: 0, top: 0, width, height };
  for (const transform of transforms) {
    if (transform.kind === 'crop') {
      const crop = cropArea(transform.clap, area);
      if (!crop) return undefined;
      area = { ...crop, left: area.left + crop.left, top: area.top + crop.top };
    } else {
      area = moveArea(transform, area, { width, height });
      if (transform.kind === 'rotate' && transform.degrees % 180 !== 0) [width, height] = [height, width];
    }
  }
  return area;
}

/** Where an area of a picture is when the picture is turned or mirrored. */
function moveArea(transform: Exclude<Transform, { kind: 'crop' }>, area: Area, picture: Size): Area {
  const { left, top, width, height } = area;
  const [right, bottom] = [picture.width - left - width, picture.height - top - height];
  if (transform.kind === 'mirror') {
    return transform.direction === 'left to right' ? { ...area, left: right } : { ...area, top: bottom };
  }
  switch (transform.degrees) {
    case 90: return { left: top, top: right, width: height, height: width };
    case 180: return { ...area, left: right, top: bottom };
    case 270: return { left: bottom, top: left, width: height, height: width };
    default: return area;
  }
}

function clampRange(offset: number, length: number, whole: number): [from: number, to: number] {
  const from = Math.round(offset + (whole - length) / 2);
  return [Math.max(0, from), Math.min(whole, from + Math.round(length))];
}

function toSigned(value: number): number {
  return value >= 2 ** 31 ? value - 2 ** 32 : value;
}
