import { join } from 'node:path';
import { startStorage } from '../../local/engines/storage';
import { startTableEngine } from '../../local/engines/table';

export const BUCKET = 'crash';
export const SIGNING = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };

export interface Endpoints { readonly table: string; readonly storage: string }

/** Both engines on one folder. */
export async function openEngines(folder: string): Promise<Endpoints & { close(): Promise<void> }> {
  const table = await startTableEngine({ path: join(folder, 'table') });
  const storage = await startStorage({ directory: join(folder, 'storage'), bucket: BUCKET, ...SIGNING });
  return { table: table.endpoint, storage: storage.endpoint, close: async () => { await Promise.all([table.close(), storage.close()]); } };
}

/** As a process of its own, so that it can be killed: prints where it listens. */
if (require.main === module) {
  void openEngines(process.argv[2]).then(({ table, storage }) => console.log(JSON.stringify({ table, storage })));
}
