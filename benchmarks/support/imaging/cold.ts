import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import {
  COMMON_ENV, DEFAULT_VARIANTS, encodeVariants, IMAGE_LIMITS, QUEUE, QUEUE_ENV, WORKER_ENV,
} from '../../../src/contract';
import { bundlePeer, bundleScript, ROOT } from '../bundles';
import { requireAtMost, type Figure, buildFigure } from '../figures';
import { compare } from '../rounds';
import { sample } from '../samples';

const ROUNDS = 15;
const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'x86_64';
/** By default `NodejsFunction` leaves the SDK to the runtime, and a user of sharp names it in `nodeModules`. */
const SDK = ['@aws-sdk/*', '@smithy/*'];
const SHARP = ['sharp'];

/** Environment of the worker under test, beside the one that all functions share. */
export const WORKER_ENVIRONMENT = {
  [COMMON_ENV.PROCESSING]: 'queue',
  [WORKER_ENV.VARIANTS]: encodeVariants(DEFAULT_VARIANTS),
  [WORKER_ENV.IMAGE_LIMITS]: JSON.stringify(IMAGE_LIMITS),
  [QUEUE_ENV.QUEUE_URL]: 'https://queue',
  [WORKER_ENV.SURPLUS_QUEUE_URL]: 'https://surplus-queue',
  [WORKER_ENV.DEAD_LETTER_QUEUE_URL]: 'https://dead-letter-queue',
  [WORKER_ENV.MAX_RECEIVES]: '5',
  [WORKER_ENV.OWNER_SHARE]: '2',
  [WORKER_ENV.OWNER_LANES]: '2',
  [WORKER_ENV.TIMEOUT]: String(QUEUE.WORKER_TIMEOUT),
  [WORKER_ENV.SCANNER]: 'none',
  [WORKER_ENV.SCANNER_FUNCTION]: '',
};

const ZIP = join(ROOT, 'assets', `worker-${ARCHITECTURE}.zip`);

/** P6: outside the project, so that imports find only the content of the zip file. */
export async function measureColdImports(): Promise<Figure[]> {
  if (!existsSync(ZIP)) throw new Error(`the worker's zip file must be built, got: no ${ZIP}; run \`npm run bundle\``);
  const folder = await mkdtemp(join(tmpdir(), 'worker-'));
  try {
    unpack(ZIP, folder);
    const sampler = await bundleScript('import-sample', 'benchmarks/support/samplers/import-sample.ts');
    const sampleOurs = (): Promise<number> => sample(sampler, join(folder, 'index.js'), WORKER_ENVIRONMENT);
    const full = await bundlePeer('image-worker', { external: [...SDK, ...SHARP] }, 'image-worker');
    const lean = await bundlePeer('bundled-image-worker', { external: SHARP }, 'bundled-image-worker');
    const againstFull = await compare(sampleOurs, () => sample(sampler, full), ROUNDS);
    const againstLean = await compare(sampleOurs, () => sample(sampler, lean), ROUNDS);
    return [
      buildFigure(
        'import of the worker, CPU',
        `${formatMilliseconds(againstFull.ours)}; typical ${formatMilliseconds(againstFull.peer)}, `
        + `lean ${formatMilliseconds(againstLean.peer)}`,
      ),
      requireAtMost('P6: import against the typical worker', againstFull.ratio, 0.25, formatRatio),
      requireAtMost('P6: import against a lean worker', againstLean.ratio, 0.3, formatRatio),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

function unpack(zip: string, folder: string): void {
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip)))) {
    if (name.endsWith('/')) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

function formatMilliseconds(micros: number): string {
  return `${(micros / 1000).toFixed(0)} ms`;
}

function formatRatio(ratio: number): string {
  return `${ratio.toFixed(2)} ×`;
}
