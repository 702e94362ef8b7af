import type { Header } from './header';
import { Refusal } from './refusal';
import type { ImageLimits } from '../../src/contract';

/** Throws unless a decoder may be asked for this image. */
export function checkLimits(header: Header, limits: ImageLimits): void {
  const { width, height, frames, pixels, scans } = header;
  const image = `The image is ${width} × ${height} pixels`;
  const most = maxPixels(header, limits);
  if (Math.max(width, height) > limits.maxSide) {
    throw new Refusal('TOO_MANY_PIXELS', `${image}. A side can have at most ${limits.maxSide}.`);
  }
  if (width * height > most) {
    throw new Refusal('TOO_MANY_PIXELS', `${image}, which makes ${width * height}. At most ${most} are accepted of its type.`);
  }
  if (pixels / frames > most) {
    throw new Refusal('TOO_MANY_PIXELS', `${image}, but its canvas or its parts have ${pixels / frames}. At most ${most} are accepted of its type.`);
  }
  if (frames > limits.maxFrames) {
    throw new Refusal('TOO_MANY_FRAMES', `The image has ${frames} frames. At most ${limits.maxFrames} are accepted.`);
  }
  if (frames > 1 && pixels > limits.maxAnimationPixels) {
    throw new Refusal('TOO_MANY_PIXELS',
      `${image} in ${frames} frames, which makes ${pixels} together. At most ${limits.maxAnimationPixels} are accepted of an animation.`);
  }
  if (scans > limits.maxScans) {
    throw new Refusal('RESOURCE_LIMIT', `The image is stored in ${scans} scans. At most ${limits.maxScans} are accepted.`);
  }
}

function maxPixels({ type }: Header, limits: ImageLimits): number {
  if (type === 'image/avif') return limits.maxAvifPixels;
  return type === 'image/heic' || type === 'image/heif' ? limits.maxHeicPixels : limits.maxPixels;
}
