import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { bundlePeer, bundleScript, ROOT } from './support/bundles';
import { requireAtMost, type Benchmark, type Figure, buildFigure } from './support/figures';
import { compare } from './support/rounds';
import { sample } from './support/samples';

const GOAL = 0.4;
const ROUNDS = 15;
/** By default `NodejsFunction` leaves the SDK to the runtime. */
const RUNTIME_PACKAGES = ['@aws-sdk/*', '@smithy/*'];

/** Answers every request as DynamoDB answers a PutItem: the network cost is part of a first request on both sides. */
async function startDynamoDbStub(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume().on(
      'end', () => response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}'),
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function run(): Promise<Figure[]> {
  const sampler = await bundleScript('cold-sample', 'benchmarks/support/samplers/cold-sample.ts');
  const peer = await bundlePeer('full-stack', { external: RUNTIME_PACKAGES });
  const ours = join(ROOT, 'assets', 'api', 'index.js');
  const server = await startDynamoDbStub();
  try {
    const { port } = server.address() as AddressInfo;
    const env = { AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` };
    const result = await compare(() => sample(sampler, ours, env), () => sample(sampler, peer, env), ROUNDS);
    return [
      buildFigure('ours, import + first create', formatMilliseconds(result.ours)),
      buildFigure('peer, import + first create', formatMilliseconds(result.peer)),
      requireAtMost('P7: ratio', result.ratio, GOAL, ratio => `${ratio.toFixed(2)} ×`),
    ];
  } finally {
    server.close().closeAllConnections();
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
