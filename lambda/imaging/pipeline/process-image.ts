import { decode } from './decode';
import { encode } from './encode';
import type { ImageJob, ProcessedImage } from './job';
import { orient } from './orient';
import { makePlaceholder } from './placeholder';
import { plan } from './plan';
import { resize } from './resize';
import { getFormat } from '../header';

/** The steps, in their order. They run in the decoder's process, on one image at a time. */
export async function processImage(job: ImageJob): Promise<ProcessedImage> {
  const began = performance.now();
  const decoded = await decode(job);
  const upright = orient(decoded);
  const planned = plan(job, upright);
  const resized = await resize(upright, planned);
  const decodedAt = performance.now();
  const variants = await encode(upright, planned, resized);
  const times = { decode: decodedAt - began, encode: performance.now() - decodedAt };
  const placeholder = makePlaceholder(resized);
  const { width, height, animated } = upright;
  return { width, height, format: getFormat(job.header), animated, placeholder, variants, times };
}
