import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ShiftedClock } from './clock';
import type { TestEnvironment, EnvironmentOptions } from './environment';
import { closeConnections, exchange } from './http';
import { passOutput } from './pass-output';
import { startQueueEngine, type QueueEngine } from '../../local/engines/queue';
import { createStorage, type Storage } from '../../local/engines/storage';
import { buildObjectCreatedEvent } from '../../local/engines/storage/event';
import { startTableEngine, type TableEngine } from '../../local/engines/table';
import { buildLambdaContext } from '../../local/functions/context';
import { buildHandlerEnvironment } from '../../local/functions/handlers';
import { LOCAL } from '../../local/names';
import { buildEmbeddedPlace, type Place } from '../../local/place';
import { ensureTable } from '../../local/resources/table';
import { type AuthorizerHandler, createAuthorizer } from '../../local/server/authorizer';
import { createGateway, type ApiHandler } from '../../local/server/gateway';
import { createMatcher } from '../../local/server/resource-tree';
import { type AccessMode, API_ENV, listResources } from '../../src/contract';

export interface InProcessEnvironment extends TestEnvironment {
  /** For faults that only this environment can inject. */
  readonly table: () => TableEngine;
}

/** Runs the handlers' source in this process, behind the local gateway and on the embedded engines. */
export function createInProcessEnvironment(options: EnvironmentOptions = {}): InProcessEnvironment {
  const clock = new ShiftedClock();
  const closers: Array<() => Promise<void>> = [];
  let table: TableEngine;
  let sweeper: Handlers['sweeper'];
  let origin: string;

  const start = async (): Promise<void> => {
    clock.install();
    closers.push(async () => clock.uninstall());
    const directory = await mkdtemp(join(tmpdir(), 'image-service-'));
    closers.push(async () => rm(directory, { recursive: true }));
    table = await startTableEngine();
    closers.push(table.close);
    const storage = await createStorage({
      directory,
      bucket: LOCAL.BUCKET,
      credentials: LOCAL.CREDENTIALS,
      region: LOCAL.REGION,
      conditionalPrefix: 'originals/',
      maxSignatureAgeMs: 300_000,
      ...options,
    });
    closers.push(storage.close);
    const storageServer = await listen(storage.handler);
    const queues = options.processing ? await openQueue(directory, storage) : undefined;
    if (queues) closers.push(queues.close);
    const place = buildEmbeddedPlace(storageServer.origin, table.endpoint, queues);
    const worker = queues && await startWorker({ ...place, queues }, join(directory, 'signing-key.json'));
    if (worker) closers.push(worker.stop);
    const handlers = await loadHandlers(place, options, worker?.delivery);
    const authorizer = handlers.authorizer && createAuthorizer(handlers.authorizer);
    const api = await listen(createGateway(handlers.api, createMatcher(listResources()), { authorizer }));
    closers.push(storageServer.close, api.close, async () => closeConnections());
    [sweeper, origin] = [handlers.sweeper, api.origin];
  };

  return {
    name: 'handlers in process',
    hasCdn: options.processing,
    table: () => table,
    start,
    stop: async () => {
      for (const close of closers.splice(0).reverse()) await close();
    },
    send: async request => exchange(origin, request),
    // A worker's process has its own clock.
    clock: options.processing ? undefined : {
      advance: async milliseconds => {
        clock.advance(milliseconds);
        await sweeper({}, buildLambdaContext(60_000));
      },
      freeze: async work => clock.freeze(work),
    },
  };
}

interface WorkerProcess {
  /** The functions' settings for the CDN; the worker's process also emulates the CDN. */
  readonly delivery: Record<string, string>;
  stop(): Promise<void>;
}

/** Ends when its channel closes. */
async function startWorker(place: Place, signingKeyFile: string): Promise<WorkerProcess> {
  const argv = [JSON.stringify(place), signingKeyFile];
  const child = fork(join(__dirname, 'worker-process.ts'), argv, {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  passOutput(child);
  const exit = once(child, 'exit');
  const early = exit.then(([code]) => { throw new Error(`the worker ended with code ${code}`); });
  const [delivery] = await Promise.race([once(child, 'message'), early]) as [Record<string, string>];
  return {
    delivery,
    stop: async () => {
      child.disconnect();
      await exit;
    },
  };
}

async function openQueue(directory: string, storage: Storage): Promise<QueueEngine> {
  const { REGION, QUEUE: queue } = LOCAL;
  const queues = await startQueueEngine({
    path: join(directory, 'queue'),
    region: REGION,
    queue,
    deadLetterQueue: `${queue}${LOCAL.DEAD_LETTERS}`,
    invalidationQueue: `${queue}${LOCAL.INVALIDATIONS}`,
    visibilityMs: 90_000,
    maxReceives: 5,
  });
  storage.onObjectCreated(async object => {
    if (object.key.startsWith('originals/')) await queues.send(buildObjectCreatedEvent(object, REGION));
  });
  return queues;
}

async function listen(handle: RequestListener): Promise<{ origin: string; close(): Promise<void> }> {
  // Node's default of 5 s would close connections that a client is about to reuse.
  const server = createServer({ keepAliveTimeout: 10 * 60_000 }, handle);
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve); });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => new Promise(resolve => { server.close(() => resolve()).closeAllConnections(); }),
  };
}

interface Handlers {
  readonly api: ApiHandler;
  /** Only where callers send tokens. */
  readonly authorizer?: AuthorizerHandler;
  sweeper(event: unknown, context: { getRemainingTimeInMillis(): number }): Promise<unknown>;
}

/** The handlers read their environment when they load, so each environment loads its own. */
async function loadHandlers(
  place: Place, { corsOrigins = [], authorizer }: EnvironmentOptions, delivery?: Record<string, string>,
): Promise<Handlers> {
  // Every line and every metric: `test/support/watch-output.setup.ts` checks them.
  process.env.POWERTOOLS_LOG_LEVEL ??= 'DEBUG';
  process.env.POWERTOOLS_METRICS_DISABLED ??= 'false';
  Object.assign(process.env, buildHandlerEnvironment(place, corsOrigins, delivery), authorizer && {
    ...authorizer, [API_ENV.ACCESS]: 'jwt' satisfies AccessMode,
  });
  const client = new DynamoDBClient({});
  await ensureTable(client, LOCAL.TABLE);
  client.destroy();
  let handlers: Handlers | undefined;
  await jest.isolateModulesAsync(async () => {
    const [api, sweeper] = [await import('../../lambda/api.lambda'), await import('../../lambda/sweeper.lambda')];
    handlers = { api: api.handler, sweeper: sweeper.handler };
    if (authorizer) handlers = { ...handlers, authorizer: (await import('../../lambda/authorizer.lambda')).handler };
  });
  if (!handlers) throw new Error('the handlers did not load');
  return handlers;
}
