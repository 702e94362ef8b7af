import { bundleApi, bundlePeer, bundleScript, locateStub } from './support/bundles';
import { requireAtMost, type Benchmark, type Figure, buildFigure } from './support/figures';
import { compare, type Comparison } from './support/rounds';
import { sample } from './support/samples';

const GOAL = 1 / 12;

/**
 * Both sides replace the same packages, and each sample runs in its own process: in a shared process, the common code
 * would be tuned to neither side.
 */
async function measure(name: string, stubs: Record<string, string>): Promise<Comparison> {
  const sampler = await bundleScript('warm-sample', 'benchmarks/support/samplers/warm-sample.ts');
  const ours = await bundleApi(`api-${name}`, stubs);
  const peer = await bundlePeer(`full-stack-${name}`, { alias: stubs });
  return compare(() => sample(sampler, ours), () => sample(sampler, peer));
}

async function run(): Promise<Figure[]> {
  const dynamoDb = locateStub('no-dynamodb');
  const request = await measure('no-dynamodb', {
    '@aws-sdk/client-dynamodb': dynamoDb,
    '@aws-sdk/lib-dynamodb': dynamoDb,
  });
  const withPut = await measure('no-network', { '@smithy/node-http-handler': locateStub('no-network') });
  return [
    ...listFigures('create', request),
    requireAtMost('P9: create, ratio', request.ratio, GOAL, formatFraction),
    ...listFigures('create with the SDK\'s PutItem', withPut),
    buildFigure('create with the SDK\'s PutItem, ratio', formatFraction(withPut.ratio)),
  ];
}

function listFigures(name: string, { ours, peer }: Comparison): Figure[] {
  return [buildFigure(`${name}, ours`, formatMicros(ours)), buildFigure(`${name}, peer`, formatMicros(peer))];
}

function formatFraction(ratio: number): string {
  return `1/${(1 / ratio).toFixed(1)}`;
}

function formatMicros(value: number): string {
  return `${value.toFixed(0)} µs CPU`;
}

export const benchmark: Benchmark = {
  about: 'P9: CPU of a warm create request, network stubbed, against the full-stack peer',
  run,
};
