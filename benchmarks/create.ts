import { bundleApi, bundlePeer, bundleScript, stub } from './support/bundles';
import { atMost, type Benchmark, type Figure, informs } from './support/figures';
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
  const dynamoDb = stub('no-dynamodb');
  const request = await measure('no-dynamodb', {
    '@aws-sdk/client-dynamodb': dynamoDb,
    '@aws-sdk/lib-dynamodb': dynamoDb,
  });
  const withPut = await measure('no-network', { '@smithy/node-http-handler': stub('no-network') });
  return [
    ...figures('create', request),
    atMost('P9: create, ratio', request.ratio, GOAL, fraction),
    ...figures('create with the SDK\'s PutItem', withPut),
    informs('create with the SDK\'s PutItem, ratio', fraction(withPut.ratio)),
  ];
}

function figures(name: string, { ours, peer }: Comparison): Figure[] {
  return [informs(`${name}, ours`, micros(ours)), informs(`${name}, peer`, micros(peer))];
}

function fraction(ratio: number): string {
  return `1/${(1 / ratio).toFixed(1)}`;
}

function micros(value: number): string {
  return `${value.toFixed(0)} µs CPU`;
}

export const benchmark: Benchmark = {
  about: 'P9: CPU of a warm create request, network stubbed, against the full-stack peer',
  run,
};
