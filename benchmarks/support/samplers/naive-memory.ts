import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { makeEach } from './imaging-process';
import { makeOutput } from '../../peers/naive-pipeline';
import { forgetPeak, readPeakMiB, readResidentMiB } from '../imaging/peak-memory';
import type { ImagingTask } from '../imaging/task';

/**
 * Runs in a fresh process: makes the same outputs again and again. Prints the peak memory of each image above the level
 * before the first.
 */
async function main(task: ImagingTask, images: number): Promise<void> {
  const make = (bytes: Buffer): Promise<unknown> => makeEach(task, (side, format) => makeOutput(bytes, side, format));
  await make(
    await sharp({ create: { width: 320, height: 240, channels: 3, background: '#336699' } }).jpeg().toBuffer(),
  );
  const base = readResidentMiB('self');
  const peaks: number[] = [];
  for (let image = 0; image < images; image++) {
    forgetPeak('self');
    await make(readFileSync(task.photo));
    peaks.push(readPeakMiB('self') - base);
  }
  process.stderr.write(JSON.stringify(peaks));
}

void main(JSON.parse(process.argv[2]) as ImagingTask, Number(process.argv[3]));
