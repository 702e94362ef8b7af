import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bundleSampler } from './bundles';
import { type ImagingPeer, type ImagingResult, type ImagingTask, isPeer } from './imaging-task';

const run = promisify(execFile);

/** As the pool starts a decoder: nothing of ours in its environment, one arena for the allocator, a collector to call. */
export const DECODER_ENV = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' };

export class ImagingSamples {
  static async build(): Promise<ImagingSamples> {
    const peers = { naive: await bundleSampler('naive-sample'), dit: await bundleSampler('dit-sample'), ipx: await bundleSampler('ipx-sample') };
    return new ImagingSamples(await bundleSampler('imaging-sample'), peers);
  }

  private constructor(private readonly ours: string, private readonly peers: Record<ImagingPeer, string>) {}

  /** A peer runs as a Lambda function of its own would: nobody sets its allocator. */
  async take(task: ImagingTask): Promise<ImagingResult> {
    const { how } = task;
    const [env, command] = isPeer(how) ? [{}, [this.peers[how]]] : [DECODER_ENV, ['--expose-gc', this.ours]];
    const { stderr } = await run(process.execPath, [...command, JSON.stringify(task)], { env });
    return JSON.parse(stderr) as ImagingResult;
  }
}
