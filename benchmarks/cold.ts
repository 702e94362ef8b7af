import { join } from 'node:path';
import { bundlePeer, bundleScript, ROOT } from './support/bundles';
import { startDynamoDbStub } from './support/dynamodb-stub';
import { requireAtMost, type Benchmark, type Figure, buildFigure } from './support/figures';
import { compare } from './support/rounds';
import { sample } from './support/samples';

const GOAL = 0.4;
const ROUNDS = 15;
/** By default `NodejsFunction` leaves the SDK to the runtime. */
const RUNTIME_PACKAGES = ['@aws-sdk/*', '@smithy/*'];

async function run(): Promise<Figure[]> {
  const sampler = await bundleScript('cold-sample', 'benchmarks/support/samplers/cold-sample.ts');
  const peer = await bundlePeer('full-stack', { external: RUNTIME_PACKAGES });
  const ours = join(ROOT, 'assets', 'api', 'index.js');
  const { endpoint, close } = await startDynamoDbStub();
  try {
    const env = { AWS_ENDPOINT_URL_DYNAMODB: endpoint };
    const result = await compare(() => sample(sampler, ours, env), () => sample(sampler, peer, env), ROUNDS);
    return [
      buildFigure('ours, import + first create', formatMilliseconds(result.ours)),
      buildFigure('peer, import + first create', formatMilliseconds(result.peer)),
      requireAtMost('P7: ratio', result.ratio, GOAL, ratio => `${ratio.toFixed(2)} ×`),
    ];
  } finally {
    close();
  }
}

function formatMilliseconds(micros: number): string {
  return `${(micros / 1000).toFixed(0)} ms CPU`;
}

export const benchmark: Benchmark = {
  about: 'P7: CPU of a cold start, import and first create, against the full-stack peer',
  needs: ['handlers'],
  run,
};
