import { relative } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { OpenBackend } from './backend';
import { DataFolder } from './data-folder';
import { DEFAULTS, PREFIXES, QUEUE } from '../../src/contract';
import { startQueueEngine, type QueueEngine } from '../engines/queue';
import { createStorage, type Storage } from '../engines/storage';
import { buildObjectCreatedEvent } from '../engines/storage/event';
import { startTableEngine, type TableEngine } from '../engines/table';
import { LOCAL } from '../names';
import { buildEmbeddedPlace } from '../place';
import { ensureTable } from '../resources/table';

/**
 * A message returns after the claim on its image has expired. A claim starts with the receive, and lasts as long as the
 * worker's time-out. On AWS the factor is 6, because Lambda retries throttled batches itself. Here nothing is
 * throttled, and a developer waits.
 */
export const VISIBILITY_MS = 1.5 * QUEUE.WORKER_TIMEOUT * 1000;

/** Runs the engines in this process, on a folder. `resetCommand` is the command that starts with no data. */
export function createEmbeddedBackend(dataDir: string, resetCommand?: string): OpenBackend {
  const folder = new DataFolder(dataDir);
  return async ({ url, corsOrigins, processing, keepsRecords, step, onClose }) => {
    const storage = await step('open the storage', async () => openStorage(folder, corsOrigins));
    onClose(storage.close);
    const table = await step('open the table', async () => openTable(folder, keepsRecords));
    onClose(table.close);
    const queue = processing ? await step('open the queue', async () => openQueue(folder, storage)) : undefined;
    if (queue) onClose(queue.close);
    folder.writePidFile();
    onClose(async () => folder.removePidFile());
    const shown = relative(process.cwd(), folder.path) || folder.path;
    return {
      place: buildEmbeddedPlace(
        url, table.endpoint, queue && { ...queue, hiddenSeconds: VISIBILITY_MS / 1000 }, folder.readCredentials(),
      ),
      storage: storage.handler,
      signingKeyFile: folder.signingKey,
      issuerFiles: { key: folder.issuerKey, url: folder.issuer },
      records: table.stream,
      about: `Data is kept in ${shown} across restarts.`
        + (resetCommand === undefined ? '' : `\nTo start with no data: ${resetCommand}`),
    };
  };
}

async function openStorage(folder: DataFolder, corsOrigins: readonly string[]): Promise<Storage> {
  folder.prepare();
  return createStorage({
    directory: folder.storage,
    bucket: LOCAL.BUCKET,
    credentials: folder.readCredentials(),
    region: LOCAL.REGION,
    maxSignatureAgeMs: DEFAULTS.URL_TTL_SECONDS * 1000,
    conditionalPrefix: PREFIXES.ORIGINALS,
    corsOrigins,
  }).catch(error => { throw folder.explain(error); });
}

/** Sends a message for every new original, as S3 does. */
async function openQueue(folder: DataFolder, storage: Storage): Promise<QueueEngine> {
  const queue = await startQueueEngine({
    path: folder.queue,
    region: LOCAL.REGION,
    queue: LOCAL.QUEUE,
    deadLetterQueue: LOCAL.QUEUE + LOCAL.DEAD_LETTERS,
    invalidationQueue: LOCAL.QUEUE + LOCAL.INVALIDATIONS,
    visibilityMs: VISIBILITY_MS,
    maxReceives: QUEUE.MAX_RECEIVES,
    credentials: folder.readCredentials(),
  }).catch(error => { throw folder.explain(error); });
  storage.onObjectCreated(async object => {
    if (object.key.startsWith(PREFIXES.ORIGINALS)) await queue.send(buildObjectCreatedEvent(object, LOCAL.REGION));
  });
  return queue;
}

async function openTable(folder: DataFolder, keepsRecords: boolean): Promise<TableEngine> {
  const credentials = folder.readCredentials();
  const options = { path: folder.table, credentials, streamOf: keepsRecords ? LOCAL.TABLE : undefined };
  const table = await startTableEngine(options).catch(error => {
    throw folder.explain(error);
  });
  const client = new DynamoDBClient({ endpoint: table.endpoint, region: LOCAL.REGION, credentials });
  await ensureTable(client, LOCAL.TABLE);
  client.destroy();
  return table;
}
