import { measure, type Measured } from './measure';
import { startOwnSide } from './sides';
import { bundlePeers } from './take-basis';
import { bundleHandlers } from '../../local/bundle';
import { buildDefaultVariants, CDN_VARIANTS } from '../../src/contract';

export interface Answer {
  readonly measured: Measured;
  /** CPU of the worker for a real photo, in milliseconds, if there is one. */
  readonly workerCpuMs?: number;
}

/** Counts the calls of one file, for a test: jest cannot load built functions itself. */
async function main(file: string, photo: string | undefined): Promise<void> {
  await bundleHandlers();
  const peers = await bundlePeers();
  const measured = await measure({ photos: [file], rounds: 1, warmUps: 1, peers, onRound: () => undefined });
  const workerCpuMs = photo === undefined ? undefined : await measureWorker(file, photo);
  process.send!({ measured, workerCpuMs } satisfies Answer);
  process.disconnect();
}

async function measureWorker(warmUp: string, photo: string): Promise<number> {
  const side = await startOwnSide('upload', { variants: buildDefaultVariants(CDN_VARIANTS) });
  try {
    await side.upload(warmUp);
    const { steps } = await side.upload(photo);
    return steps.flatMap(({ invocations }) => invocations).find(({ name }) => name === 'worker')!.cpuMs;
  } finally {
    await side.stop();
  }
}

main(process.argv[2], process.argv[3]).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
