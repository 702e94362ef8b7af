import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import S3rver, { type Context, type Middleware } from '@20minutes/s3rver';
import { answerRequests } from './answers';
import { createCors } from './cors';
import { listBucket } from './listing';
import { Objects } from './objects';
import { checkOperation, checkUpload, isUpload, readParameters, parseTarget, withHoistedHeaders } from './operations';
import { RequestStore } from './request-store';
import { verifySignature, type SignatureRules } from './signature';
import { encodePath, readWire } from './wire';

export interface StorageOptions extends SignatureRules {
  /** Folder that keeps the objects. */
  readonly directory: string;
  /** Name of the only bucket. */
  readonly bucket: string;
  /** Keys that can be written only with `if-none-match` (bucket policy). */
  readonly conditionalPrefix?: string;
  /** Origins of the bucket's CORS rule. */
  readonly corsOrigins?: readonly string[];
}

export interface CreatedObject {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  readonly etag: string;
}

/** S3 for one bucket, path style. */
export interface Storage {
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
  /** The response to an upload waits for its listeners, so an acknowledged upload has been announced. */
  onObjectCreated(listener: (object: CreatedObject) => void | Promise<void>): void;
  close(): Promise<void>;
}

export async function createStorage(options: StorageOptions): Promise<Storage> {
  const objects = await Objects.open(options.directory);
  const listeners: ((object: CreatedObject) => void | Promise<void>)[] = [];
  const notifyListeners = async (object: CreatedObject): Promise<void> => {
    for (const listener of listeners) await listener(object);
  };
  const serve = createApp(options, guard(objects, options, notifyListeners)).callback();
  return {
    handler: (request, response) => void serve(request, response),
    onObjectCreated: listener => void listeners.push(listener),
    close: async () => objects.close(),
  };
}

/** Node's default of 5 s would close connections that a client is about to reuse. */
const KEEP_ALIVE_MS = 65_000;

/** Creates storage with its own listener on the loopback interface. */
export async function startStorage(options: StorageOptions, port = 0): Promise<Storage & { endpoint: string }> {
  const storage = await createStorage(options);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, storage.handler);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    ...storage,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      await new Promise(resolve => { server.close(resolve).closeAllConnections(); });
      await storage.close();
    },
  };
}

/** Uses s3rver's routes and XML behind our own checks. Its logger is removed, and its store is made per request. */
function createApp({ bucket, directory, corsOrigins = [] }: StorageOptions, guarded: Middleware): S3rver {
  const s3rver = new S3rver({ silent: true, directory, vhostBuckets: false });
  s3rver.logger.exceptions.unhandle();
  s3rver.logger.close();
  s3rver.context.logger = { info: ignore, warn: ignore, error: ignore };
  s3rver.store = { getBucket: async (name: string) => name === bucket ? { name } : null };
  s3rver.middleware.shift();
  s3rver.middleware.splice(-1, 0, answerRequests, createCors(corsOrigins), guarded);
  s3rver.on('error', ignore);
  return s3rver;
}

function guard(
  objects: Objects, options: StorageOptions, created: (object: CreatedObject) => Promise<void>,
): Middleware {
  return async (ctx, next) => {
    const signed = readWire(ctx.req);
    verifySignature(signed, options);
    const wire = withHoistedHeaders(signed);
    checkOperation(wire, options.bucket);
    if (isUpload(wire)) checkUpload(wire, options.conditionalPrefix);
    if (!parseTarget(wire).key && wire.method === 'GET') {
      ctx.body = await listBucket(objects, options.bucket, readParameters(wire));
      return;
    }
    ctx.store = new RequestStore(
      objects, wire, async (key, { size, etag }) => created({ bucket: options.bucket, key, size, etag }),
    );
    trust(ctx, encodePath(wire.path), readParameters(wire));
    await next();
  };
}

/** Removes the signature of a verified request, because s3rver would check it again by looser rules. */
function trust(ctx: Context, path: string, parameters: ReadonlyMap<string, string>): void {
  ctx.path = path;
  ctx.querystring = new URLSearchParams([...parameters]).toString();
  delete ctx.headers.authorization;
  ctx.state.account = {};
}

function ignore(): void {
  // s3rver logs every step, and Koa every disconnected client.
}
