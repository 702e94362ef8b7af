import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bundleSampler } from '../bundles';
import { type ImagingPeer, type ImagingResult, type ImagingTask, isPeer } from './task';
import { DECODER_OPTIONS, buildDecoderEnvironment } from '../../../lambda/imaging/decoder/child-process';

const run = promisify(execFile);

export class ImagingSamples {
  static async build(): Promise<ImagingSamples> {
    const peers = {
      naive: await bundleSampler('naive-sample'),
      dit: await bundleSampler('dit-sample'),
      ipx: await bundleSampler('ipx-sample'),
    };
    return new ImagingSamples(await bundleSampler('imaging-sample'), peers);
  }

  private constructor(private readonly ours: string, private readonly peers: Record<ImagingPeer, string>) {}

  /**
   * Our side runs as the pool starts a decoder. A peer runs like its own Lambda function, with the default allocator.
   */
  async take(task: ImagingTask): Promise<ImagingResult> {
    const { how } = task;
    const [env, command] = isPeer(how)
      ? [{}, [this.peers[how]]]
      : [buildDecoderEnvironment(), [...DECODER_OPTIONS, this.ours]];
    const { stderr } = await run(process.execPath, [...command, JSON.stringify(task)], { env });
    return JSON.parse(stderr) as ImagingResult;
  }
}
