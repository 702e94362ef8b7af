import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An emulator of S3's bucket administration, and its settings. */
export interface BucketEmulator {
  readonly endpoint: string;
  /** Configurations (`policy`, `cors` …) that the emulator does not implement. */
  readonly unimplemented: Set<string>;
  /** Simulates an emulator that is still starting: every request fails. */
  unavailable: boolean;
  close(): Promise<void>;
}

/** Subresources that S3 returns even before a PUT, instead of 404. */
const ALWAYS_THERE = { notification: '<NotificationConfiguration/>' } as Record<string, string>;

/**
 * Buckets and their configurations, stored as sent. GET returns the PUT configuration, and 404 before that. It stores
 * no objects: the engines store those, and cannot create buckets.
 */
export async function startBucketEmulator(): Promise<BucketEmulator> {
  const kept = new Map<string, string>();
  const server = createServer((request, response) => void answer(request, response));
  const emulator: BucketEmulator = {
    endpoint: '',
    unimplemented: new Set(),
    unavailable: false,
    close: async () => new Promise(resolve => { server.close(() => resolve()).closeAllConnections(); }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray() as Buffer[]).toString();
    const { pathname, searchParams } = new URL(request.url!, 'http://emulator');
    const configuration = [...searchParams.keys()].find(name => name !== 'x-id') ?? '';
    const sendError = (status: number, code: string): unknown =>
      response.writeHead(status).end(request.method === 'HEAD' ? '' : `<Error><Code>${code}</Code></Error>`);
    const key = `${pathname.replace(/\/$/, '')}?${configuration}`;
    if (emulator.unavailable) return void sendError(503, 'ServiceUnavailable');
    if (emulator.unimplemented.has(configuration)) return void sendError(501, 'NotImplemented');
    if (request.method === 'PUT') kept.set(key, body);
    else if (!kept.has(key) && !(configuration in ALWAYS_THERE)) return void sendError(404, 'NoSuchConfiguration');
    response.end(request.method === 'GET' ? kept.get(key) ?? ALWAYS_THERE[configuration] : '');
  }

  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(emulator, { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
