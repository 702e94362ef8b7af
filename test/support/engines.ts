import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startStorage } from '../../local/engines/storage';
import { startTableEngine } from '../../local/engines/table';
import { LOCAL } from '../../local/names';
import { ensureTable } from '../../local/resources/table';
import { BUCKET, CREDENTIALS, REGION } from '../security/presigned';

/** An engine of a suite. Its address is known once the tests run. */
export interface Engine {
  readonly endpoint: string;
}

/** Starts the embedded storage before the tests of a suite, points the SDK to it, and removes it after them. */
export function useStorage(options: Partial<Parameters<typeof startStorage>[0]> = {}): Engine {
  let directory: string;
  let engine: Awaited<ReturnType<typeof startStorage>>;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'storage-'));
    engine = await startStorage({ directory, bucket: BUCKET, region: REGION, credentials: CREDENTIALS, ...options });
    setEnvironment(REGION, CREDENTIALS);
    process.env.AWS_ENDPOINT_URL_S3 = engine.endpoint;
  });

  afterAll(async () => {
    await engine.close();
    rmSync(directory, { recursive: true });
  });

  return { get endpoint() { return engine.endpoint; } };
}

/** Starts the embedded table before the tests of a suite, points the SDK to it, and closes it after them. */
export function useTable(): void {
  let engine: Awaited<ReturnType<typeof startTableEngine>>;

  beforeAll(async () => {
    engine = await startTableEngine();
    setEnvironment(LOCAL.REGION, LOCAL.CREDENTIALS);
    process.env.AWS_ENDPOINT_URL_DYNAMODB = engine.endpoint;
    await ensureTable(new DynamoDBClient({}), LOCAL.TABLE);
  });

  afterAll(async () => engine.close());
}

function setEnvironment(region: string, credentials: typeof CREDENTIALS): void {
  Object.assign(process.env, {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
}
