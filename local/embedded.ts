import { relative } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { OpenBackend } from './backend';
import { DataFolder } from './data-folder';
import { createStorage, type Storage } from './engines/storage';
import { startTableEngine, type TableEngine } from './engines/table';
import { LOCAL } from './names';
import { resetCommand } from './options';
import { embeddedPlace } from './place';
import { ensureTable } from './resources/table';
import { DEFAULTS, PREFIXES } from '../src/contract';

/** The engines in this process, on a folder. `given` are the options of the command line that led here. */
export function embedded(dataDir: string, given: readonly string[] = ['--data', dataDir]): OpenBackend {
  const folder = new DataFolder(dataDir);
  return async ({ url, corsOrigins, step, onClose }) => {
    const storage = await step('open the storage', async () => openStorage(folder, corsOrigins));
    onClose(storage.close);
    const table = await step('open the table', async () => openTable(folder));
    onClose(table.close);
    folder.sign();
    onClose(async () => folder.release());
    const shown = relative(process.cwd(), folder.path) || folder.path;
    return {
      place: embeddedPlace(url, table.endpoint),
      storage: storage.handler,
      about: `The data is in ${shown} and survives a restart;\n${resetCommand(given)} begins anew.`,
    };
  };
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
