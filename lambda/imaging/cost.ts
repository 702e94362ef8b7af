import type { Header } from './header';
import type { PlannedVariant } from './pipeline/plan';

/**
 * The cheapest files that could be made for it, measured on an x86 core at some 3 GHz: an animation of frames without
 * changes (`test/lambda/imaging/pipeline/cost-estimate.test.ts` prints figures beside the estimates), and scans without
 * data or without coefficients.
 */
const READ_MS_PER_MEGAPIXEL = 1.3;
const WRITE_MS_PER_MEGAPIXEL = 1.8;
const MS_PER_MILLION_BLOCKS = 4.2;
const MS_PER_MILLION_REFINED = 0.9;

/** Processors are up to twice as fast. */
const CERTAIN = 0.5;

/**
 * Estimates the least CPU time of decoding from the header, in milliseconds; 0 without an estimate. Detailed files take
 * ten times as long, so this rejects only files that would exceed a decoder's limit.
 */
export function estimateCpuMs(header: Header, planned: readonly PlannedVariant[]): number {
  return CERTAIN * (estimateScansMs(header) + estimateAnimationsMs(header, planned));
}

function estimateScansMs({ scanWork }: Header): number {
  return scanWork ? (scanWork.blocks * MS_PER_MILLION_BLOCKS + scanWork.refined * MS_PER_MILLION_REFINED) / 1e6 : 0;
}

/** Variants of one size, format and quality are made once. */
function estimateAnimationsMs({ width, height, frames }: Header, planned: readonly PlannedVariant[]): number {
  const animated = planned.filter(variant => variant.animated);
  const distinct = new Map(animated.map(({ variant, ...encoding }) => [JSON.stringify(encoding), encoding.size]));
  const read = width * height * READ_MS_PER_MEGAPIXEL;
  const perFrame = [...distinct.values()].reduce(
    (sum, size) => sum + read + size.width * size.height * WRITE_MS_PER_MEGAPIXEL, 0,
  );
  return frames * perFrame / 1e6;
}
