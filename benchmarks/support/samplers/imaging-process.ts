import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { ImagingResult, ImagingTask, LossyFormat } from '../imaging/task';
import { measureCpuMicros } from '../rounds';

export type Output = readonly [name: string, bytes: Uint8Array];
export type Work = () => Promise<Output[]>;

/** A decoder processes 200 images in its life. */
const WARM_UP = 5;

/** Makes all outputs at once, as sharp's pages show for several outputs of one input. */
export async function makeEach(
  { sides, formats }: ImagingTask, make: (side: number, format: LossyFormat) => Promise<Uint8Array>,
): Promise<Output[]> {
  const names = sides.flatMap(side => formats.map(format => [side, format] as const));
  return Promise.all(names.map(async ([side, format]) => [`${side}.${format}`, await make(side, format)] as const));
}

/**
 * Runs in a fresh process and prints the CPU time and the bytes of one photo's outputs, once the libraries are loaded
 * and have run.
 */
export async function measure(workOf: (bytes: Buffer, task: ImagingTask) => Promise<Work>): Promise<void> {
  const task = JSON.parse(process.argv[2]) as ImagingTask;
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  const small = await sharp({ create: { width: 320, height: 240, channels: 3, background: '#808080', noise } })
    .jpeg()
    .toBuffer();
  for (let i = 0; i < WARM_UP; i++) await (await workOf(small, task))();
  const work = await workOf(readFileSync(task.photo), task);
  let outputs: Output[] = [];
  const micros = await measureCpuMicros(async () => { outputs = await work(); });
  if (task.folder) for (const [name, bytes] of outputs) writeFileSync(join(task.folder, name), bytes);
  const bytes = computeSum(outputs.map(([, { length }]) => length));
  const cameraBytes = computeSum(await Promise.all(outputs.map(countCameraBytes)));
  const result: ImagingResult = { micros, bytes, cameraBytes };
  process.stderr.write(JSON.stringify(result));
}

async function countCameraBytes([, bytes]: Output): Promise<number> {
  const { exif, xmp } = await sharp(bytes).metadata();
  return (exif?.length ?? 0) + (xmp?.length ?? 0);
}

function computeSum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
