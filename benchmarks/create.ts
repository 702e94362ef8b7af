import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { create, FUNCTION_ENV, type Handler } from './support/create-request';
import { atMost, type Benchmark, type Figure, informs } from './support/figures';
import { compare, type Comparison, cpuMicros } from './support/rounds';

const REQUESTS_PER_ROUND = 400;
const GOAL = 1 / 12;

/** Stands below the SDK, where its requests would leave the process: DynamoDB's answer to a PutItem. */
const network = {
  handle: async () => ({ response: { statusCode: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: Buffer.from('{}') } }),
};

async function ourHandler(): Promise<Handler> {
  const { CLIENT_OPTIONS } = await import('../lambda/aws/clients');
  Object.assign(CLIENT_OPTIONS, { requestHandler: network });
  return (await import('../lambda/api.lambda')).handler;
}

async function peerHandler(): Promise<Handler> {
  const { fullStack } = await import('./peers/full-stack');
  return fullStack({ requestHandler: network });
}

function round(handler: Handler): () => Promise<number> {
  return async () => await cpuMicros(async () => {
    for (let i = 0; i < REQUESTS_PER_ROUND; i++) await create(handler);
  }) / REQUESTS_PER_ROUND;
}

async function measure(ours: () => Promise<number>, peer: () => Promise<number>): Promise<Comparison> {
  await compare(ours, peer, 1);
  return compare(ours, peer);
}

/** Metrics go to standard output, a line per create; what a terminal makes of them is nobody's figure. */
async function silently<T>(work: () => Promise<T>): Promise<T> {
  const { write } = process.stdout;
  process.stdout.write = () => true;
  try {
    return await work();
  } finally {
    process.stdout.write = write;
  }
}

/** Both sides send the same PutItem through the same client. Without it, what is ours to choose remains. */
async function withoutDynamoDb<T>(work: () => Promise<T>): Promise<T> {
  const { send } = DynamoDBDocumentClient.prototype;
  DynamoDBDocumentClient.prototype.send = async () => ({});
  try {
    return await work();
  } finally {
    DynamoDBDocumentClient.prototype.send = send;
  }
}

async function run(): Promise<Figure[]> {
  Object.assign(process.env, FUNCTION_ENV);
  const [ours, peer] = [round(await ourHandler()), round(await peerHandler())];
  const request = await silently(() => withoutDynamoDb(() => measure(ours, peer)));
  const withPut = await silently(() => measure(ours, peer));
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

export const benchmark: Benchmark = { about: 'P9: CPU of a warm create request, network stubbed, against the full-stack peer', run };
