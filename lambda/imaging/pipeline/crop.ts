import { strategy } from 'sharp';
import type { Size } from './job';
import { fromRaw, type Raw } from './raw';
import type { VariantPosition } from '../../../src/contract';

export interface Corner {
  readonly left: number;
  readonly top: number;
}

/** Where the part of this size begins that a variant keeps of the whole. Without a position it is the center. */
export async function cropCorner(whole: Raw, size: Size, position: VariantPosition | undefined): Promise<Corner> {
  const spare = { width: whole.width - size.width, height: whole.height - size.height };
  if (position === undefined || (spare.width === 0 && spare.height === 0)) {
    return { left: Math.floor(spare.width / 2), top: Math.floor(spare.height / 2) };
  }
  const cut = fromRaw(whole).resize(size.width, size.height, { fit: 'cover', position: strategy[position] });
  const { info } = await cut.raw().toBuffer({ resolveWithObject: true });
  // sharp gives how far the whole lies outside of the part: as negative offsets.
  return { left: Math.abs(info.cropOffsetLeft ?? 0), top: Math.abs(info.cropOffsetTop ?? 0) };
}
