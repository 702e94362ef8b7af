import { Agent, createServer, type IncomingMessage, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Consumed {
  readonly CapacityUnits?: number;
}

/** Stands between the handlers and DynamoDB: asks for the capacity that each request consumes, and adds it up. */
export interface CapacityMeter {
  readonly endpoint: string;
  /** Capacity units consumed while `work` ran. */
  measure<T>(work: () => Promise<T>): Promise<{ result: T; units: number }>;
  close(): Promise<void>;
}

async function readText(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function readUnits(answer: string): number {
  const { ConsumedCapacity = [] } = JSON.parse(answer) as { ConsumedCapacity?: Consumed | Consumed[] };
  return [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}

export async function startCapacityMeter(target: string): Promise<CapacityMeter> {
  const agent = new Agent({ keepAlive: true });
  let total = 0;
  const forward = async (incoming: IncomingMessage): Promise<{ status: number; body: string }> => {
    const body = JSON.stringify({ ...JSON.parse(await readText(incoming)) as object, ReturnConsumedCapacity: 'TOTAL' });
    const headers = { ...incoming.headers, 'content-length': Buffer.byteLength(body) };
    const answer = await new Promise<IncomingMessage>(
      (resolve, reject) => send(target, { method: 'POST', headers, agent }, resolve).on('error', reject).end(body),
    );
    const text = await readText(answer);
    total += readUnits(text);
    return { status: answer.statusCode!, body: text };
  };
  const server = createServer((incoming, response) => {
    forward(incoming).then(
      ({ status, body }) => response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body),
      (error: unknown) => response.writeHead(502).end(String(error)),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    measure: async work => {
      const before = total;
      const result = await work();
      return { result, units: total - before };
    },
    close: async () => {
      agent.destroy();
      await new Promise(resolve => { server.close(resolve).closeAllConnections(); });
    },
  };
}
