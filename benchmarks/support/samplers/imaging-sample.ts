import sharp from 'sharp';
import { makeEach, measure, type Work } from './imaging-process';
import { readHeader } from '../../../lambda/imaging/headers';
import { decode } from '../../../lambda/imaging/pipeline/decode';
import { ENCODERS } from '../../../lambda/imaging/pipeline/encoders';
import type { ImageJob } from '../../../lambda/imaging/pipeline/job';
import { orient } from '../../../lambda/imaging/pipeline/orient';
import { plan } from '../../../lambda/imaging/pipeline/plan';
import { processImage } from '../../../lambda/imaging/pipeline/process-image';
import { fromRaw } from '../../../lambda/imaging/pipeline/raw';
import { findBySize, resize } from '../../../lambda/imaging/pipeline/resize';
import { resizeNaively } from '../../peers/naive-pipeline';
import { defineVariant, type ImagingTask } from '../imaging/task';

function createJob(bytes: Buffer, { sides, formats }: ImagingTask): ImageJob {
  const renditions = sides.flatMap(side => formats.map(format => ({ variant: String(side), format })));
  return {
    bytes,
    header: readHeader(bytes, 'image/jpeg'),
    variants: sides.map(side => defineVariant(side, formats)),
    renditions,
  };
}

/**
 * The minimum work of any arrangement: decode every pixel once, encode every output once. The sizes are there already.
 */
async function bound(bytes: Buffer, task: ImagingTask): Promise<Work> {
  const job = createJob(bytes, task);
  const upright = orient(await decode(job));
  const planned = plan(job, upright);
  const resized = await resize(upright, planned);
  return async () => {
    await sharp(bytes, { failOn: 'error', ignoreIcc: true }).raw().toBuffer();
    return makeEach(task, (side, format) => {
      const { whole } = planned.find(({ variant }) => variant === String(side))!;
      return ENCODERS[format](fromRaw(findBySize(resized, whole)), whole).toBuffer();
    });
  };
}

void measure(async (bytes, task): Promise<Work> => {
  switch (task.how) {
    case 'ours': return async () =>
      (await processImage(createJob(bytes, task))).variants.map(made => [`${made.name}.${made.format}`, made.bytes]);
    case 'bound': return bound(bytes, task);
    case 'shrink on load': return () => makeEach(
      task, (side, format) => ENCODERS[format](resizeNaively(bytes, side), { width: side, height: side }).toBuffer(),
    );
    default: throw new Error(`a peer has a sampler of its own, got: ${task.how}`);
  }
});
