import { estimateCpuMs } from './cost';
import { FORMAT_NAMES, type Header } from './header';
import type { PlannedVariant } from './pipeline/plan';
import { RejectionError } from './rejection-error';
import type { ImageLimits, RejectionCode } from '../../src/contract';
import { explainRejection } from '../domain/explain-rejection';

/**
 * Throws unless a decoder may be asked for this image. Owners read the message: it gives the limit, the value and the
 * way out.
 */
export function checkLimits(header: Header, limits: ImageLimits): void {
  const { width, height, frames, pixels, scans } = header;
  const image = `The image has ${width} × ${height} = ${width * height} pixels`;
  const most = getMaxPixels(header, limits);
  const accepted = `At most ${most} are accepted for ${FORMAT_NAMES[header.type]}`;
  if (Math.max(width, height) > limits.maxSide) {
    reject(
      'TOO_MANY_PIXELS', `The image has ${width} × ${height} pixels. At most ${limits.maxSide} are accepted for a side`,
    );
  }
  if (width * height > most) reject('TOO_MANY_PIXELS', `${image}. ${accepted}`);
  if (pixels / frames > most) {
    reject('TOO_MANY_PIXELS', `${image}, but its canvas or its parts have ${pixels / frames}. ${accepted}`);
  }
  if (frames > limits.maxFrames) {
    reject(
      'TOO_MANY_FRAMES',
      `The image has ${frames} frames. At most ${limits.maxFrames} are accepted`,
      'a copy with fewer frames',
    );
  }
  if (frames > 1 && pixels > limits.maxAnimationPixels) {
    reject(
      'TOO_MANY_PIXELS',
      `${image} in each of ${frames} frames, ${pixels} together. At most ${limits.maxAnimationPixels} are accepted for an animation`,
    );
  }
  if (scans > limits.maxScans) {
    reject(
      'RESOURCE_LIMIT',
      `The image has ${scans} scans. At most ${limits.maxScans} are accepted`,
      'a copy with fewer scans',
    );
  }
}

/** Throws if making these variants certainly takes more CPU time than a decoder has. */
export function checkCost(header: Header, planned: readonly PlannedVariant[], { decodeSeconds }: ImageLimits): void {
  const seconds = estimateCpuMs(header, planned) / 1000;
  if (seconds > decodeSeconds) {
    const image = `The image has ${header.width} × ${header.height} pixels in ${header.frames > 1 ? `${header.frames} frames` : `${header.scans} scans`}`;
    reject(
      'RESOURCE_LIMIT',
      `${image}, which take at least ${seconds.toFixed(1)} seconds to process. At most ${decodeSeconds} are accepted`,
    );
  }
}

function reject(code: RejectionCode, why: string, fix = 'a smaller copy'): never {
  throw new RejectionError(code, explainRejection(why, fix));
}

function getMaxPixels({ type }: Header, limits: ImageLimits): number {
  if (type === 'image/jpeg') return limits.maxJpegPixels;
  if (type === 'image/avif') return limits.maxAvifPixels;
  return type === 'image/heic' || type === 'image/heif' ? limits.maxHeicPixels : limits.maxPixels;
}
