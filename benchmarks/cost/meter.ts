import { Agent, createServer, type IncomingMessage, request as send, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answered, type Call, type CallKind, classifyS3, type Exchange } from './calls';
import { DynamoDbUnits } from './dynamo-meter';

/** Stands between the functions and one engine, and notes every call. */
export interface Meter {
  readonly endpoint: string;
  close(): Promise<void>;
}

type Note = (call: Call) => void;
type Pass = (exchange: Exchange, pass: () => Promise<Answered>) => Promise<Units>;
type Units = Pick<Call, 'writeUnits' | 'readUnits'>;

const NO_UNITS: Units = { writeUnits: 0, readUnits: 0 };

export function meterS3(target: string, note: Note): Promise<Meter> {
  return startMeter(target, ({ method, url }) => classifyS3(method, url), note);
}

export function meterJson(target: string, kind: CallKind, note: Note): Promise<Meter> {
  return startMeter(target, ({ operation }) => ({ kind, operation }), note);
}

export function meterDynamoDb(target: string, note: Note): Promise<Meter> {
  const units = new DynamoDbUnits(target);
  return startMeter(
    target, ({ operation }) => ({ kind: 'dynamoDb', operation }), note, async (exchange, pass) => units.measure(exchange, pass),
  );
}

async function startMeter(
  target: string,
  classify: (exchange: Exchange) => Pick<Call, 'kind' | 'operation'>,
  note: Note,
  measure: Pass = async (_, pass) => pass().then(() => NO_UNITS),
): Promise<Meter> {
  const agent = new Agent({ keepAlive: true });
  const forward = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const start = performance.now();
    const exchange = await readExchange(incoming);
    let answered: Answered & { readonly headers: string[] } | undefined;
    const units = await measure(exchange, async () => answered = await relay(agent, target, incoming, exchange.body));
    const { status, headers, body } = answered!;
    const bytes = Math.max(exchange.body.length, body.length);
    note({ ...classify(exchange), ...units, bytes, start, end: performance.now() });
    response.writeHead(status, headers).end(incoming.method === 'HEAD' ? undefined : body);
  };
  const server = createServer((incoming, response) => {
    forward(incoming, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      agent.destroy();
      await new Promise(resolve => { server.close(resolve).closeAllConnections(); });
    },
  };
}

async function readExchange(incoming: IncomingMessage): Promise<Exchange> {
  const target = String(incoming.headers['x-amz-target'] ?? '');
  return {
    method: incoming.method!,
    url: incoming.url!,
    operation: target.slice(target.indexOf('.') + 1),
    body: await readAll(incoming),
  };
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Sends the bytes that came, so that signatures stay valid. */
async function relay(
  agent: Agent, target: string, incoming: IncomingMessage, body: Buffer,
): Promise<Answered & { readonly headers: string[] }> {
  const { hostname, port } = new URL(target);
  const headers = listPairs(incoming.rawHeaders).filter(([name]) => !/^(expect|connection)$/i.test(name)).flat();
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    send({ hostname, port, agent, method: incoming.method, path: incoming.url, headers, setHost: false }, resolve)
      .on('error', reject)
      .end(body);
  });
  const kept = listPairs(answer.rawHeaders).filter(([name]) => !/^(connection|keep-alive|transfer-encoding)$/i.test(name));
  return { status: answer.statusCode!, headers: kept.flat(), body: await readAll(answer) };
}

function listPairs(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i], raw[2 * i + 1]]);
}
