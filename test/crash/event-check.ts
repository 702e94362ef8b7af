import { setTimeout as pause } from 'node:timers/promises';
import type { ServerUnderFire } from './server-under-fire';
import { DataFolder } from '../../local/backends/data-folder';
import { startTableEngine } from '../../local/engines/table';
import { LOCAL } from '../../local/names';
import { EDGE_TYPES, EVENT_STATUSES, type EventDetail, type ImageRecord, type Status } from '../../src/contract';
import type { Finding } from '../audit/finding';
import type { Item } from '../audit/raw-storage';

const QUIET_MS = 2000;
const MOST_ROUNDS = 20;

/** Lets the server deliver the changes that its last life left, and stops it. */
export async function drainEvents(server: ServerUnderFire, dataDir: string): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    await server.start();
    await pause(QUIET_MS);
    await server.kill();
    if (await countChanges(dataDir) === 0) return;
  }
  throw new Error(`the stream is not empty after ${MOST_ROUNDS} rounds`);
}

async function countChanges(dataDir: string): Promise<number> {
  const engine = await startTableEngine({ path: new DataFolder(dataDir).table, streamOf: LOCAL.TABLE });
  try {
    return (await engine.stream!.read(1)).length;
  } finally {
    await engine.close();
  }
}

/** The states through which a record with this status came, as far as they have events. No image is redriven here. */
function listPossible(status: Status): string[] {
  if (status === 'deleting' || status === 'deleted') return ['deleted', 'ready,deleted', 'rejected,deleted', 'failed,deleted'];
  const type = EDGE_TYPES.find(known => EVENT_STATUSES[known] === status);
  return [type ?? ''];
}

/** Without repeats, each record has the events of its states, in their order of versions. */
export function checkEvents(rows: readonly Item[], events: readonly EventDetail[]): Finding[] {
  const images = (rows as readonly Partial<ImageRecord>[]).filter(
    (row): row is ImageRecord => row.status !== undefined && !row.image_id!.includes('#'),
  );
  const distinct = [...new Map(events.map(event => [event.event_id, event])).values()];
  return images.flatMap(({ image_id, status }) => {
    const own = distinct.filter(event => event.image_id === image_id).sort((a, b) => a.version - b.version);
    const found = own.map(event => event.status).join();
    if (listPossible(status).includes(found)) return [];
    return [{ invariant: 'I12' as const, subject: image_id, problem: `${status}, and has the events: ${found}` }];
  });
}
