import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundlePeer, bundleScript, ROOT } from './support/bundles';
import { FUNCTION_ENV } from './support/create-request';
import { atMost, type Benchmark, type Figure, informs } from './support/figures';
import { compare } from './support/rounds';

const GOAL = 0.4;
const ROUNDS = 15;
const execute = promisify(execFile);

/** Answers every request as DynamoDB answers a PutItem: what the network costs is part of a first request on both sides. */
async function startDynamoDbStub(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}'));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function run(): Promise<Figure[]> {
  const [sampler, peer, ours] = [await bundleScript('cold-sample', 'benchmarks/support/cold-sample.ts'), await bundlePeer(), join(ROOT, 'assets', 'api', 'index.js')];
  const server = await startDynamoDbStub();
  try {
    const { port } = server.address() as AddressInfo;
    const env = { ...FUNCTION_ENV, PATH: process.env.PATH, AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` };
    const sample = (handler: string) => async () => {
      const { stderr } = await execute(process.execPath, [sampler, handler], { env });
      return (JSON.parse(stderr) as { micros: number }).micros;
    };
    const result = await compare(sample(ours), sample(peer), ROUNDS);
    return [
      informs('ours, import + first create', milliseconds(result.ours)),
      informs('peer, import + first create', milliseconds(result.peer)),
      atMost('P7: ratio', result.ratio, GOAL, ratio => `${ratio.toFixed(2)} ×`),
    ];
  } finally {
    server.close().closeAllConnections();
  }
}

function milliseconds(micros: number): string {
  return `${(micros / 1000).toFixed(0)} ms CPU`;
}

export const benchmark: Benchmark = { about: 'P7: CPU of a cold start, import and first create, against the full-stack peer', run };
