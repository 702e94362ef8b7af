import { createCorruptError } from './corrupt';
import type { Decoded } from './decoded';
import { computeVisibleArea, type Transform } from '../heif/transforms';

/** Applies the crops of a file. The decoder has applied all other transforms. */
export function applyAperture(decoded: Decoded, transforms: readonly Transform[]): Decoded {
  if (transforms.length === 0) return decoded;
  const isTurned =
    transforms.filter(transform => transform.kind === 'rotate' && transform.degrees % 180 !== 0).length % 2 === 1;
  const { width, height } = decoded;
  const area = computeVisibleArea(transforms, isTurned ? { width: height, height: width } : { width, height });
  if (!area) throw createCorruptError();
  const openFirstFrame = (): ReturnType<Decoded['openFirstFrame']> => decoded.openFirstFrame().extract(area);
  return { ...decoded, width: area.width, height: area.height, openFirstFrame, openFrames: openFirstFrame };
}
