import { bundleApi, bundleScript, locateStub } from './support/bundles';
import { startDynamoDbStub } from './support/dynamodb-stub';
import { type Benchmark, buildFigure, type Figure, requireAtMost } from './support/figures';
import { computeMedian, showProgress } from './support/rounds';
import { sample } from './support/samples';

const COLD_GOAL = 12_000;
const WARM_GOAL = 60;
/** A cold start varies by a tenth. */
const COLD_ROUNDS = 31;
/** A warm request varies by more than it costs: nine rounds gave 49 to 64 µs. */
const WARM_ROUNDS = 25;

const NO_TELEMETRY = locateStub('no-telemetry');
const STUBS: Record<string, string> = {
  '@aws-lambda-powertools/logger': NO_TELEMETRY,
  '@aws-lambda-powertools/metrics': NO_TELEMETRY,
  '@opentelemetry/api': locateStub('no-spans'),
};
/** The parts, each without which the API function is measured. */
const PARTS: Record<string, readonly string[]> = {
  'logger, metrics and traces': Object.keys(STUBS),
  'logger': ['@aws-lambda-powertools/logger'],
  'metrics': ['@aws-lambda-powertools/metrics'],
  'traces': ['@opentelemetry/api'],
};

type Measure = (bundle: string) => Promise<number>;

/** Bundles the API function, and once more without each part. */
async function bundleAll(alias: Record<string, string>): Promise<{ full: string; without: Map<string, string> }> {
  const without = new Map<string, string>();
  for (const [name, packages] of Object.entries(PARTS)) {
    const stubs = Object.fromEntries(packages.map(stubbed => [stubbed, STUBS[stubbed]]));
    without.set(name, await bundleApi(`api-without-${packages.length}-${name.split(/\W/)[0]}`, { ...alias, ...stubs }));
  }
  return { full: await bundleApi('api-with-telemetry', alias), without };
}

/** The cost of each part: the median of the differences of each round, in which all bundles are measured in turn. */
async function measureParts(
  alias: Record<string, string>, rounds: number, measure: Measure,
): Promise<Map<string, number>> {
  const { full, without } = await bundleAll(alias);
  const differences = new Map([...without.keys()].map(name => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    const bundles = [full, ...without.values()];
    // No bundle is always first.
    const order = [...bundles.slice(round % bundles.length), ...bundles.slice(0, round % bundles.length)];
    const micros = new Map<string, number>();
    for (const bundle of order) micros.set(bundle, await measure(bundle));
    for (const [name, bundle] of without) differences.get(name)!.push(micros.get(full)! - micros.get(bundle)!);
    showProgress();
  }
  return new Map([...differences].map(([name, values]) => [name, computeMedian(values)]));
}

function listFigures(of: string, parts: Map<string, number>, goal: number, show: (micros: number) => string): Figure[] {
  return [...parts].map(([name, micros], i) => i === 0
    ? requireAtMost(`${of}, ${name}`, micros, goal, show)
    : buildFigure(`${of}, ${name} alone`, show(micros)));
}

async function run(): Promise<Figure[]> {
  const coldSampler = await bundleScript('cold-sample', 'benchmarks/support/samplers/cold-sample.ts');
  const warmSampler = await bundleScript('warm-sample', 'benchmarks/support/samplers/warm-sample.ts');
  // The level of a function by default: a line for each request.
  const level = { POWERTOOLS_LOG_LEVEL: 'INFO' };
  const { endpoint, close } = await startDynamoDbStub();
  try {
    const env = { ...level, AWS_ENDPOINT_URL_DYNAMODB: endpoint };
    const cold = await measureParts({}, COLD_ROUNDS, bundle => sample(coldSampler, bundle, env));
    const dynamoDb = locateStub('no-dynamodb');
    const withoutNetwork = { '@aws-sdk/client-dynamodb': dynamoDb, '@aws-sdk/lib-dynamodb': dynamoDb };
    const warm = await measureParts(withoutNetwork, WARM_ROUNDS, bundle => sample(warmSampler, bundle, level));
    return [
      ...listFigures('cold start', cold, COLD_GOAL, micros => `${(micros / 1000).toFixed(1)} ms CPU`),
      ...listFigures('warm create', warm, WARM_GOAL, micros => `${micros.toFixed(1)} µs CPU`),
    ];
  } finally {
    close();
  }
}

export const benchmark: Benchmark = {
  about: 'CPU that logger, metrics and traces add to a cold start and a warm request of the API function',
  run,
};
