import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { createStorage, type Storage } from '../../local/engines/storage';
import { startTableEngine, type TableEngine } from '../../local/engines/table';
import { ensureTable } from '../../local/resources';
import { ShiftedClock } from './clock';
import { closeConnections } from './http';
import { toProxyEvent, toWireResponse } from './proxy-event';
import type { World, WorldOptions } from './world';

export interface InProcessWorld extends World {
  /** For faults that only this world can inject. */
  readonly table: () => TableEngine;
}

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
const REGION = 'us-east-1';
const BUCKET = 'cdk-image-service-local';
const TABLE_NAME = 'cdk-image-service-local';

/** The handlers' source in this process, on the embedded engines. */
export function inProcessWorld(options: WorldOptions = {}): InProcessWorld {
  const clock = new ShiftedClock();
  let directory: string;
  let table: TableEngine;
  let storage: Storage;
  let server: Server;
  let doors: Doors;

  return {
    name: 'handlers in process',
    table: () => table,
    start: async () => {
      clock.install();
      directory = await mkdtemp(join(tmpdir(), 'image-service-'));
      table = await startTableEngine();
      storage = await createStorage({
        directory, bucket: BUCKET, credentials: CREDENTIALS, region: REGION, conditionalPrefix: 'originals/', maxSignatureAgeMs: 300_000,
        corsOrigins: options.corsOrigins,
      });
      server = await listen(storage);
      doors = await loadDoors(environment(table.endpoint, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, options));
    },
    stop: async () => {
      closeConnections();
      await new Promise(resolve => { server.close(resolve).closeAllConnections(); });
      await storage.close();
      await table.close();
      await rm(directory, { recursive: true });
      clock.uninstall();
    },
    send: async request => toWireResponse(request, await doors.api(toProxyEvent(request))),
    clock: {
      advance: async milliseconds => {
        clock.advance(milliseconds);
        await doors.sweeper({}, { getRemainingTimeInMillis: () => 60_000 });
      },
      frozen: async work => clock.frozen(work),
    },
  };
}

interface Doors {
  api(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult>;
  sweeper(event: unknown, context: { getRemainingTimeInMillis(): number }): Promise<unknown>;
}

/** Node's own `date` header knows nothing of the moved clock, and the SDK would correct its own by it. */
async function listen(storage: Storage): Promise<Server> {
  const server = createServer((request, response) => {
    response.sendDate = false;
    storage.handler(request, response);
  });
  return new Promise(resolve => { server.listen(0, '127.0.0.1', () => resolve(server)); });
}

/** The doors read their environment when they load, so each world loads its own. */
async function loadDoors(env: Record<string, string>): Promise<Doors> {
  Object.assign(process.env, env);
  const client = new DynamoDBClient({});
  await ensureTable(client, TABLE_NAME);
  client.destroy();
  let doors: Doors | undefined;
  await jest.isolateModulesAsync(async () => {
    const [api, sweeper] = [await import('../../lambda/api.lambda'), await import('../../lambda/sweeper.lambda')];
    doors = { api: api.handler, sweeper: sweeper.handler };
  });
  if (!doors) throw new Error('the doors did not load');
  return doors;
}

function environment(tableEndpoint: string, storageEndpoint: string, { corsOrigins = [] }: WorldOptions): Record<string, string> {
  return {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: tableEndpoint,
    AWS_ENDPOINT_URL_S3: storageEndpoint,
    S3_FORCE_PATH_STYLE: 'true',
    BUCKET_NAME: BUCKET,
    TABLE_NAME,
    POWERTOOLS_LOG_LEVEL: process.env.POWERTOOLS_LOG_LEVEL ?? 'SILENT',
    POWERTOOLS_SERVICE_NAME: 'image-service',
    POWERTOOLS_METRICS_NAMESPACE: 'CdkImageService',
    POWERTOOLS_METRICS_DISABLED: 'true',
    ACCEPTED_TYPES: 'image/jpeg,image/png,image/webp,image/avif,image/gif,image/heic,image/heif',
    MAX_UPLOAD_BYTES: String(25 * 1024 * 1024),
    URL_TTL_SECONDS: '300',
    DELETED_RECORD_DAYS: '30',
    ACCESS_MODE: 'iam',
    CORS_ORIGINS: corsOrigins.join(','),
  };
}
