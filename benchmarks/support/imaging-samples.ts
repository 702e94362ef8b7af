import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bundleSampler } from './bundles';
import type { ImagingResult, ImagingTask } from './imaging-task';

const run = promisify(execFile);

/** As the pool starts a decoder: nothing of ours in its environment, one arena for the allocator, a collector to call. */
export const DECODER_ENV = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' };

export class ImagingSamples {
  static async build(): Promise<ImagingSamples> {
    return new ImagingSamples(await bundleSampler('imaging-sample'), await bundleSampler('naive-sample'));
  }

  private constructor(private readonly ours: string, private readonly naive: string) {}

  /** The naive peer runs as a Lambda function of its own would: nobody sets its allocator. */
  async take(task: ImagingTask): Promise<ImagingResult> {
    const isNaive = task.how === 'naive';
    const command = isNaive ? [this.naive] : ['--expose-gc', this.ours];
    const { stderr } = await run(process.execPath, [...command, JSON.stringify(task)], { env: isNaive ? {} : DECODER_ENV });
    return JSON.parse(stderr) as ImagingResult;
  }
}
