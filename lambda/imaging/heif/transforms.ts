import type { Box } from '../headers/boxes';
import { fourcc, type Bytes } from '../headers/bytes';
import type { Size } from '../headers/reading';

/** A change to the decoded picture that comes before it is shown, ISO/IEC 23008-12, section 6.5, in the order of a file. */
export type Transform =
  | { readonly kind: 'crop'; readonly clap: readonly number[] }
  /** Anticlockwise. */
  | { readonly kind: 'rotate'; readonly degrees: number }
  | { readonly kind: 'mirror'; readonly direction: 'upside down' | 'left to right' };

const CLAP = fourcc('clap');
const IROT = fourcc('irot');
const IMIR = fourcc('imir');

export function isCrop(name: number): boolean {
  return name === CLAP;
}

/** Undefined for a property that changes no pixels. */
export function readTransform(bytes: Bytes, { name, start }: Box): Transform | undefined {
  if (name === IROT) return { kind: 'rotate', degrees: bytes.u8(start) % 4 * 90 };
  if (name === IMIR) return { kind: 'mirror', direction: bytes.u8(start) % 2 === 0 ? 'upside down' : 'left to right' };
  if (name !== CLAP) return undefined;
  return { kind: 'crop', clap: Array.from({ length: 8 }, (_, i) => bytes.u32(start + 4 * i)) };
}

export interface Area extends Size {
  readonly left: number;
  readonly top: number;
}

/**
 * ISO/IEC 14496-12, section 12.1.4: fractions of width, height and the offsets of the centre from the picture's own. The area is kept within the
 * picture; undefined where nothing is left of it.
 */
export function cropArea(clap: readonly number[], picture: Size): Area | undefined {
  const [width, height, right, down] = [0, 2, 4, 6].map(i => signed(clap[i]) / clap[i + 1]);
  const [left, end] = within(right, width, picture.width);
  const [top, bottom] = within(down, height, picture.height);
  const area = { left, top, width: end - left, height: bottom - top };
  return area.width > 0 && area.height > 0 ? area : undefined;
}

/** Where the crops of these transforms leave an area of the picture that has had all others, and no crop. */
export function visibleArea(transforms: readonly Transform[], picture: Size): Area | undefined {
  let { width, height } = picture;
  let area: Area = { left: 0, top: 0, width, height };
  for (const transform of transforms) {
    if (transform.kind === 'crop') {
      const crop = cropArea(transform.clap, area);
      if (!crop) return undefined;
      area = { ...crop, left: area.left + crop.left, top: area.top + crop.top };
    } else {
      area = movedBy(transform, area, { width, height });
      if (transform.kind === 'rotate' && transform.degrees % 180 !== 0) [width, height] = [height, width];
    }
  }
  return area;
}

/** Where an area of a picture is when the picture is turned or mirrored. */
function movedBy(transform: Exclude<Transform, { kind: 'crop' }>, area: Area, picture: Size): Area {
  const { left, top, width, height } = area;
  const [right, bottom] = [picture.width - left - width, picture.height - top - height];
  if (transform.kind === 'mirror') return transform.direction === 'left to right' ? { ...area, left: right } : { ...area, top: bottom };
  switch (transform.degrees) {
    case 90: return { left: top, top: right, width: height, height: width };
    case 180: return { ...area, left: right, top: bottom };
    case 270: return { left: bottom, top: left, width: height, height: width };
    default: return area;
  }
}

function within(offset: number, length: number, whole: number): [from: number, to: number] {
  const from = Math.round(offset + (whole - length) / 2);
  return [Math.max(0, from), Math.min(whole, from + Math.round(length))];
}

function signed(value: number): number {
  return value >= 2 ** 31 ? value - 2 ** 32 : value;
}
