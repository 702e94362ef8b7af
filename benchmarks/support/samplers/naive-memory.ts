import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { each } from './imaging-process';
import { output } from '../../peers/naive-pipeline';
import { forgetPeak, peakMiB, readResidentMiB } from '../imaging/peak-memory';
import type { ImagingTask } from '../imaging/task';

/**
 * Runs in a fresh process: makes the same outputs again and again. Prints the peak memory of each image above the level
 * before the first.
 */
async function main(task: ImagingTask, images: number): Promise<void> {
  const make = (bytes: Buffer): Promise<unknown> => each(task, (side, format) => output(bytes, side, format));
  await make(
    await sharp({ create: { width: 320, height: 240, channels: 3, background: '#336699' } }).jpeg().toBuffer(),
  );
  const base = readResidentMiB('self');
  const peaks: number[] = [];
  for (let image = 0; image < images; image++) {
    forgetPeak('self');
    await make(readFileSync(task.photo));
    peaks.push(peakMiB('self') - base);
  }
  process.stderr.write(JSON.stringify(peaks));
}

void main(JSON.parse(process.argv[2]) as ImagingTask, Number(process.argv[3]));
