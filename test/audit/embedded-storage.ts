import { existsSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { awsStorage } from './aws-storage';
import type { RawStorage } from './raw-storage';
import { DataFolder } from '../../local/backends/data-folder';
import { startStorage } from '../../local/engines/storage';
import { startTableEngine } from '../../local/engines/table';
import { isolate } from '../../local/isolate';
import { LOCAL } from '../../local/names';

/** This process signs no URLs, so the limit of their age does not matter. */
const ANY_AGE_MS = Number.MAX_SAFE_INTEGER;

/** Opens the data folder of a stopped local server. */
export async function withDataFolder<T>(path: string, work: (storage: RawStorage) => Promise<T>): Promise<T> {
  isolate(process.env);
  const folder = new DataFolder(path);
  if (!existsSync(folder.table)) {
    throw new Error(`--data must name the folder of a local server, and ${folder.path} has no table in it`);
  }
  const common = { region: LOCAL.REGION, credentials: LOCAL.CREDENTIALS };
  const table = await startTableEngine({ path: folder.table }).catch((error: unknown) => {
    throw folder.explain(error);
  });
  const storage = await startStorage({
    ...common,
    directory: folder.storage,
    bucket: LOCAL.BUCKET,
    maxSignatureAgeMs: ANY_AGE_MS,
  });
  const dynamoDb = new DynamoDBClient({ ...common, endpoint: table.endpoint });
  const s3 = new S3Client({ ...common, endpoint: storage.endpoint, forcePathStyle: true });
  try {
    return await work(awsStorage({ table: LOCAL.TABLE, bucket: LOCAL.BUCKET }, dynamoDb, s3));
  } finally {
    dynamoDb.destroy();
    s3.destroy();
    await storage.close();
    await table.close();
  }
}
