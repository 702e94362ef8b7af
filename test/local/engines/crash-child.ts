import { join } from 'node:path';
import { startQueueEngine } from '../../../local/engines/queue';
import { startStorage } from '../../../local/engines/storage';
import { startTableEngine } from '../../../local/engines/table';

export const BUCKET = 'crash';
export const SIGNING = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };

/** Longer than any test, so that no message returns by itself. */
const VISIBILITY_MS = 3_600_000;

export interface Endpoints { readonly table: string; readonly storage: string; readonly queue: string }

/** All engines on one folder. */
export async function openEngines(folder: string): Promise<Endpoints & { close(): Promise<void> }> {
  const table = await startTableEngine({ path: join(folder, 'table') });
  const storage = await startStorage({ directory: join(folder, 'storage'), bucket: BUCKET, ...SIGNING });
  const queue = await startQueueEngine({
    path: join(folder, 'queue'),
    region: SIGNING.region,
    queue: 'uploads',
    deadLetterQueue: 'given-up',
    visibilityMs: VISIBILITY_MS,
    maxReceives: 5,
  });
  return {
    table: table.endpoint,
    storage: storage.endpoint,
    queue: queue.endpoint,
    close: async () => { await Promise.all([table.close(), storage.close(), queue.close()]); },
  };
}

/** Runs as a process of its own, so that a test can kill it. Prints its address. */
if (require.main === module) {
  void openEngines(process.argv[2]).then(
    ({ table, storage, queue }) => console.log(JSON.stringify({ table, storage, queue })),
  );
}
