import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bundleScript } from '../bundles';
import type { PageResult } from './list-page';

const run = promisify(execFile);

type Who = 'signed' | 'presigned' | 'batch';

/** Pages of URLs, each sample a process of its own. */
export class PageSamples {
  static async build(): Promise<PageSamples> {
    const bundlePageSample = (who: Who): Promise<string> =>
      bundleScript(`${who}-page-sample`, `benchmarks/support/samplers/${who}-page-sample.ts`);
    return new PageSamples({
      signed: await bundlePageSample('signed'),
      presigned: await bundlePageSample('presigned'),
      batch: await bundlePageSample('batch'),
    });
  }

  private readonly latest = new Map<Who, PageResult>();

  private constructor(private readonly scripts: Record<Who, string>) {}

  async measureMicros(who: Who): Promise<number> {
    const { stderr } = await run(process.execPath, [this.scripts[who]], { env: {} });
    const result = JSON.parse(stderr) as PageResult;
    this.latest.set(who, result);
    return result.micros;
  }

  /** For each image. */
  countSignatures(who: Who): number {
    return this.latest.get(who)!.signatures;
  }
}
