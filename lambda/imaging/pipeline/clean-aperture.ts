import { corrupt } from './corrupt';
import type { Decoded } from './decoded';
import { visibleArea, type Transform } from '../heif/transforms';

/** Cuts off what a file's crop hides. All other transforms have been applied by the decoder. */
export function applyAperture(decoded: Decoded, transforms: readonly Transform[]): Decoded {
  if (transforms.length === 0) return decoded;
  const isTurned = transforms.filter(transform => transform.kind === 'rotate' && transform.degrees % 180 !== 0).length % 2 === 1;
  const { width, height } = decoded;
  const area = visibleArea(transforms, isTurned ? { width: height, height: width } : { width, height });
  if (!area) throw corrupt();
  const firstFrame = (): ReturnType<Decoded['firstFrame']> => decoded.firstFrame().extract(area);
  return { ...decoded, width: area.width, height: area.height, firstFrame, allFrames: firstFrame };
}
