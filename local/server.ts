import type { IncomingMessage, RequestListener } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DataFolder } from './data-folder';
import { doorEnvironment, isolate, loadDoor } from './doors';
import { createStorage, type Storage } from './engines/storage';
import { startTableEngine, type TableEngine } from './engines/table';
import { Front } from './front';
import { gateway, type ApiHandler } from './gateway';
import { LOCAL } from './names';
import { matcher } from './resource-tree';
import { ensureTable } from './resources';
import { Schedule, type Sweeper } from './schedule';
import { DEFAULTS, PREFIXES, resources, SWEEP } from '../src/contract';

export interface LocalServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly dataDir: string;
  readonly corsOrigins?: readonly string[];
  /** Milliseconds; 0 leaves sweeping to the caller. */
  readonly sweepInterval?: number;
  /** Runs each step of the start, to show it. */
  readonly step?: Step;
}

export type Step = <T>(label: string, work: () => Promise<T>) => Promise<T>;

export interface LocalServer {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly table: TableEngine;
  readonly storage: Storage;
  sweep(): Promise<void>;
  close(): Promise<void>;
}

/** The whole service on one port. The handlers read `process.env`, so a process runs one server at a time. */
export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const front = await Front.listen(options.port);
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    await front.close();
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return { ...await open(options, front, closer => closers.push(closer)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(options: LocalServerOptions, front: Front, onClose: (closer: () => Promise<void>) => void): Promise<Omit<LocalServer, 'close'>> {
  const { corsOrigins = [], sweepInterval = SWEEP.INTERVAL_MS, step = async (_label, work) => work() } = options;
  isolate(process.env);
  const folder = new DataFolder(options.dataDir);
  const storage = await step('open the storage', async () => openStorage(folder, corsOrigins));
  onClose(storage.close);
  const table = await step('open the table', async () => openTable(folder));
  onClose(table.close);
  folder.sign();
  onClose(async () => folder.release());
  await step('start the API', async () => {
    Object.assign(process.env, doorEnvironment({ storageUrl: front.url, tableUrl: table.endpoint, corsOrigins }));
    front.serve(route(storage, gateway(loadDoor<ApiHandler>('api'), matcher(resources()))));
  });
  const schedule = await step('start the sweeper', async () => new Schedule(loadDoor<Sweeper>('sweeper'), sweepInterval));
  onClose(async () => schedule.stop());
  return { url: front.url, port: front.port, dataDir: folder.path, table, storage, sweep: async () => schedule.run() };
}

async function openStorage(folder: DataFolder, corsOrigins: readonly string[]): Promise<Storage> {
  folder.make();
  return createStorage({
    directory: folder.storage,
    bucket: LOCAL.BUCKET,
    credentials: LOCAL.CREDENTIALS,
    region: LOCAL.REGION,
    maxSignatureAgeMs: DEFAULTS.URL_TTL_SECONDS * 1000,
    conditionalPrefix: PREFIXES.ORIGINALS,
    corsOrigins,
  }).catch(error => { throw folder.explain(error); });
}

async function openTable(folder: DataFolder): Promise<TableEngine> {
  const table = await startTableEngine({ path: folder.table }).catch(error => { throw folder.explain(error); });
  const client = new DynamoDBClient({ endpoint: table.endpoint, region: LOCAL.REGION, credentials: LOCAL.CREDENTIALS });
  await ensureTable(client, LOCAL.TABLE);
  client.destroy();
  return table;
}

/** Paths that start with the bucket's name are S3's, all others the API's. */
function route(storage: Storage, api: RequestListener): RequestListener {
  const isStorage = ({ url = '/' }: IncomingMessage): boolean => url.split(/[/?]/, 2)[1] === LOCAL.BUCKET;
  return (request, response) => isStorage(request) ? storage.handler(request, response) : api(request, response);
}
