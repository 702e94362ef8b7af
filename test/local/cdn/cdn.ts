import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ASSETS, EDGE_FUNCTION, EDGE_RESPONSE_FUNCTION } from '../../../local/bundle';
import type { Answer } from '../../../local/cdn/answer';
import { provideAwslambda, type ResponseStream } from '../../../local/cdn/awslambda';
import { Distribution, type DistributionOptions } from '../../../local/cdn/distribution';
import { loadEdgeFunction, loadEdgeResponseFunction } from '../../../local/cdn/edge-function';
import { createFunctionUrlOrigin, type FunctionUrlEvent, type StreamingHandler } from '../../../local/cdn/function-url';
import { generateSigningKey, type SigningKey } from '../../../local/cdn/key-file';
import { type Origin, createOriginGroup } from '../../../local/cdn/origins';
import { createKeyGroup } from '../../../local/cdn/signature';
import {
  CDN_VARIANTS, DELIVERY, DELIVERY_HEADERS, buildDefaultVariants, listEdgeVariants,
} from '../../../src/contract';
import type { WireResponse } from '../../environments/environment';
import { exchange } from '../../environments/http';
import { signCookies, signQuery } from '../../support/cdn-signer';

provideAwslambda();
declare const awslambda: {
  readonly HttpResponseStream: { from(stream: ResponseStream, metadata: object): ResponseStream };
  streamifyResponse<T>(handler: T): T;
};

/** The results of the fake transform function, and the number of its calls. */
export interface StandIn {
  readonly handler: StreamingHandler;
  readonly asked: string[];
  /** The header of each request that says whether its path names AVIF. */
  readonly exact: (string | undefined)[];
  /** Number of requests that made a variant. */
  decodes: number;
}

/**
 * A fake transform function. It makes variants with the extensions `.avif` and `.jpg` after a delay, and it knows the
 * error pages.
 */
export function createFakeTransform(delayMs = 0): StandIn {
  const made: StandIn = { asked: [], exact: [], decodes: 0, handler: async () => undefined };
  const handler: StreamingHandler = awslambda.streamifyResponse(
    async (event: FunctionUrlEvent, stream: ResponseStream) => {
      made.asked.push(event.rawPath);
      made.exact.push((event.headers as Record<string, string>)[DELIVERY.EXACT_FORMAT_HEADER]);
      if (event.rawPath.startsWith(CRASH)) throw new Error('planted');
      const pages: Record<string, string | undefined> = {
        [DELIVERY.ERROR_PAGES[403]]: problem('forbidden', 403), [DELIVERY.ERROR_PAGES[404]]: problem('not-found', 404),
      };
      const page = pages[event.rawPath];
      const [status, headers, body] = page !== undefined
        ? [200, problemHeaders(), page] as const
        : event.rawPath.replace(/^\/public/, '').startsWith(ABSENT)
          ? [
            404, { 'Content-Type': 'application/problem+json', ...DELIVERY_HEADERS }, problem('not-found', 404),
          ] as const
          : event.rawPath.startsWith(BROKEN)
            ? [503, { ...problemHeaders(), 'retry-after': '1' }, problem('unavailable', 503)] as const
            : [
              200, { 'content-type': 'image/avif', 'cache-control': DELIVERY.CACHE_CONTROL, 'etag': '"made"' },
              `made ${event.rawPath}`,
            ] as const;
      if (status === 200 && page === undefined) made.decodes++;
      await new Promise(resolve => setTimeout(resolve, delayMs));
      const answer = awslambda.HttpResponseStream.from(stream, { statusCode: status, headers });
      answer.write(body.slice(0, 4));
      answer.end(body.slice(4));
    },
  );
  return Object.assign(made, { handler });
}

function problemHeaders(): Record<string, string> {
  return { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...DELIVERY_HEADERS };
}

function problem(code: string, status: number): string {
  return JSON.stringify({ code, status });
}

export const ALICE = '0p2c4k60kcf4wwp0d2fsez8ge1';
export const BOB = '1dtxtv11z0817yj8vb21t3nk78';
export const IMAGE = `/_/${ALICE}/01JDB2W8000000000000000000`;
export const OTHER = `/_/${BOB}/01JDB2W8000000000000000001`;
/** Images that are absent, that cannot be made now, and that crash the function. */
export const ABSENT = `/_/${ALICE}/01ABSENT000000000000000000`;
export const BROKEN = `/_/${ALICE}/01BR0KEN000000000000000000`;
export const CRASH = `/_/${ALICE}/01CRASH0000000000000000000`;
export const STORED = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 256));

/** A bucket that has `thumb.avif` and `thumb.webp` of every image. */
export const bucket: Origin = async (uri): Promise<Answer> => {
  const [, extension] = /\/thumb\.(avif|webp)$/.exec(uri) ?? [];
  const isMade = ![ABSENT, BROKEN, CRASH].some(image => uri.replace(/^\/public/, '').startsWith(image));
  if (!extension || !isMade) return { status: 403, headers: {}, body: Buffer.alloc(0) };
  const headers = {
    'content-type': `image/${extension}`,
    'cache-control': uri.startsWith('/public/') ? DELIVERY.PUBLIC_CACHE_CONTROL : DELIVERY.CACHE_CONTROL,
    'etag': `"${extension}"`,
    'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
    'accept-ranges': 'bytes',
  };
  return { status: 200, headers, body: Buffer.concat([STORED, Buffer.from(uri)]) };
};

export interface TestCdn {
  readonly distribution: Distribution;
  readonly transformHandler: StandIn;
  readonly key: SigningKey;
  readonly base: string;
  /** Keys requested from the bucket. */
  readonly read: string[];
  /** Requests a path with a signature for the image at its start. */
  get(path: string, headers?: Record<string, string>, method?: string): Promise<WireResponse>;
  /** Requests the target as written, without a signature. */
  send(target: string, headers?: Record<string, string>, method?: string): Promise<WireResponse>;
  query(image?: string, until?: number): string;
  cookies(user?: string, until?: number): string;
  close(): Promise<void>;
}

const SET = listEdgeVariants(buildDefaultVariants(CDN_VARIANTS));

export interface TestCdnOptions extends Partial<DistributionOptions> {
  readonly delayMs?: number;
  /** Status of every storage response. */
  readonly bucketStatus?: number;
  readonly hasPublicPaths?: boolean;
}

export async function startCdn(
  { bucketStatus, hasPublicPaths = true, ...options }: TestCdnOptions = {},
): Promise<TestCdn> {
  const key = generateSigningKey();
  const keys = createKeyGroup([key]);
  const transformHandler = createFakeTransform(options.delayMs);
  const read: string[] = [];
  const counted: Origin = async uri => {
    read.push(uri);
    return bucketStatus === undefined ? bucket(uri) : { status: bucketStatus, headers: {}, body: Buffer.alloc(0) };
  };
  const transform = createFunctionUrlOrigin(transformHandler.handler, 30_000);
  const distribution = new Distribution({
    root: '/cdn',
    edge: loadEdgeFunction(
      join(ASSETS, EDGE_FUNCTION), SET, { origins: options.corsOrigins ?? [], credentials: true }, hasPublicPaths,
    ),
    origin: createOriginGroup(counted, transform),
    errors: transform,
    keys: () => keys,
    corsOrigins: [],
    edgeResponse: loadEdgeResponseFunction(readFileSync(join(ASSETS, EDGE_RESPONSE_FUNCTION), 'utf8')),
    minTtlSeconds: DELIVERY.MIN_TTL_SECONDS.signed,
    ...options,
  });
  const server = createServer(distribution.handler);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const base = `${origin}/cdn`;
  const send: TestCdn['send'] = async (target, headers = {}, method = 'GET') =>
    exchange(origin, { method, target, headers: Object.entries(headers) });
  const soon = (): number => Math.floor(Date.now() / 1000) + 60;
  const query = (image = IMAGE, until = soon()): string => signQuery(key, { resource: `${base}${image}/*`, until });
  return {
    distribution,
    transformHandler,
    key,
    base,
    read,
    send,
    query,
    get: async (path, headers, method) =>
      send(`/cdn${path}?${query(path.slice(0, path.lastIndexOf('/')))}`, headers, method),
    cookies: (user = `/_/${ALICE}`, until = soon()) => signCookies(key, { resource: `${base}${user}/*`, until }),
    close: async () => { await new Promise(resolve => { server.close(resolve).closeAllConnections(); }); },
  };
}

export function header({ headers }: WireResponse, name: string): string | undefined {
  return headers.get(name)?.join(', ');
}
