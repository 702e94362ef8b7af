import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Databases, isDatabase, readDatabases } from './databases';
import type { DefinitionStore, Log } from '../domain/scan-ports';

export interface SeedOptions {
  readonly store: DefinitionStore;
  readonly folder: string;
  readonly log: Log;
}

/**
 * Takes definitions that an operator put into the bucket by hand: ClamAV's mirror throttles cloud addresses, and may
 * deny a first download for hours. They replace the databases in the folder if they are newer. Returns whether they
 * did.
 */
export async function takeSeed({ store, folder, log }: SeedOptions, database: string): Promise<boolean> {
  const names = (await store.seeds()).filter(isDatabase);
  if (names.length === 0) return false;
  const seeded = join(folder, 'seed');
  await mkdir(seeded, { recursive: true });
  for (const name of names) await store.downloadSeed(name, join(seeded, name));
  try {
    const seed = await readDatabases(seeded);
    const present = await readDatabases(database).catch(() => undefined);
    if (present !== undefined && !isNewer(seed, present)) {
      log.warn('the seeded definitions are not newer than those in force', {
        seeded: seed.daily.version,
        in_force: present.daily.version,
      });
      return false;
    }
    await rm(database, { recursive: true });
    await rename(seeded, database);
    return true;
  } catch (error) {
    log.warn('the seeded definitions cannot be used', { files: names, error });
    return false;
  }
}

function isNewer(seed: Databases, present: Databases): boolean {
  return seed.daily.version > present.daily.version && seed.main.version >= present.main.version;
}
