import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Databases, readDatabases } from './databases';
import { type DefinitionList, parseList } from './definition-list';
import { runFreshclam } from './freshclam';
import { takeSeed } from './seed';
import { ServiceError } from '../domain/errors';
import type { DefinitionFile, DefinitionStore, Log } from '../domain/scan-ports';

export interface RefreshOptions {
  readonly store: DefinitionStore;
  /** Not shared: emptied at the start. */
  readonly folder: string;
  /** A private mirror; undefined for ClamAV's own distribution. */
  readonly mirror?: string;
  /** For freshclam. */
  readonly milliseconds: number;
  readonly log: Log;
  /** Receives when the definitions in force were built (epoch milliseconds), also if the refresh fails. */
  readonly reportBuildTime?: (builtAt: number) => void;
}

export interface Refreshed {
  readonly changed: boolean;
  /** Versions. */
  readonly daily: number;
  readonly main: number;
}

/**
 * freshclam's state beside its databases: its identity for the mirror, and the time until which the mirror told it to
 * wait.
 */
const STATE = 'freshclam.dat';

/** Definitions on our disk, and their list in the bucket. */
interface InForce extends Databases {
  readonly list: DefinitionList;
}

/**
 * Updates the definitions in the bucket. Those in force stay until the newer ones are complete, tested and stored. An
 * error before that changes nothing.
 */
export async function refresh(options: RefreshOptions): Promise<Refreshed> {
  const { folder } = options;
  const database = join(folder, 'database');
  await rm(folder, { recursive: true, force: true });
  await mkdir(database, { recursive: true });
  const old = await loadInForce(options, database);
  const seeded = await takeSeeds(options, database, old);
  const before = seeded ?? old;
  if (before) options.reportBuildTime?.(before.daily.builtAt);
  await updateDatabases(options, database);
  const after = await readDatabases(database);
  if (before) checkNotOlder(before, after);
  const { changed } = await bringIntoForce(options, database, after, before);
  if (changed) options.reportBuildTime?.(after.daily.builtAt);
  return { changed: changed || seeded !== undefined, daily: after.daily.version, main: after.main.version };
}

/** They come into force before the mirror is asked, since the mirror may not answer. Undefined without usable ones. */
async function takeSeeds(
  options: RefreshOptions, database: string, old: InForce | undefined,
): Promise<InForce | undefined> {
  if (!await takeSeed(options, database)) return undefined;
  const seeded = await readDatabases(database);
  const { list } = await bringIntoForce(options, database, seeded, old);
  for (const name of seeded.files) await options.store.removeSeed(name);
  return { ...seeded, list };
}

async function bringIntoForce(
  { store, log }: RefreshOptions, database: string, databases: Databases, old: InForce | undefined,
): Promise<{ readonly changed: boolean; readonly list: DefinitionList }> {
  const files = await Promise.all(databases.files.map(async name => describe(database, name)));
  const changed = files.some(file => !includes(old?.list.files, file));
  const list = changed || old === undefined ? await publish(store, database, files, old?.list) : old.list;
  const { daily, main } = databases;
  log.info('definitions refreshed', {
    changed,
    daily: daily.version,
    main: main.version,
    built_at: new Date(daily.builtAt).toISOString(),
  });
  return { changed, list };
}

/**
 * Loads the bucket's databases, since freshclam downloads only newer ones. Undefined without usable ones.
 */
async function loadInForce({ store, log }: RefreshOptions, database: string): Promise<InForce | undefined> {
  const text = await store.readList();
  if (text === undefined) return undefined;
  try {
    const list = parseList(text);
    for (const file of list.files) await store.download(file, join(database, file.name));
    return { ...await readDatabases(database), list };
  } catch (error) {
    log.warn('the definitions in the bucket are unusable; downloading all again', { error });
    await rm(database, { recursive: true, force: true });
    await mkdir(database);
    return undefined;
  }
}

/** The state is kept after a failed run, too: it may say to wait. */
async function updateDatabases(
  { store, folder, mirror, milliseconds, log }: RefreshOptions, database: string,
): Promise<void> {
  const path = join(database, STATE);
  const state = await store.readState();
  if (state) await writeFile(path, state);
  try {
    log.info('freshclam succeeded', { said: await runFreshclam(folder, database, mirror, milliseconds) });
  } finally {
    const now = await readFile(path).catch(() => undefined);
    if (now && !state?.equals(now)) await store.writeState(now);
  }
}

/** A mirror that lags, or is hostile, must not replace newer definitions. */
function checkNotOlder(before: Databases, after: Databases): void {
  for (const name of ['daily', 'main'] as const) {
    const [was, is] = [before[name].version, after[name].version];
    if (is < was) throw new ServiceError(`${name} of the mirror must not be older than version ${was} in the bucket, got: version ${is}`);
  }
}

async function publish(
  store: DefinitionStore, database: string, files: readonly DefinitionFile[], old?: DefinitionList,
): Promise<DefinitionList> {
  for (const file of files) if (!includes(old?.files, file)) await store.upload(file, join(database, file.name));
  const retired = (old?.files ?? []).filter(file => !includes(files, file));
  const list: DefinitionList = { files, retired };
  await store.writeList(JSON.stringify(list));
  await store.remove((old?.retired ?? []).filter(file => !includes(files, file) && !includes(retired, file)));
  return list;
}

async function describe(database: string, name: string): Promise<DefinitionFile> {
  const path = join(database, name);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { name, size: (await stat(path)).size, hash: hash.digest('hex') };
}

function includes(files: readonly DefinitionFile[] = [], { name, hash }: DefinitionFile): boolean {
  return files.some(file => file.name === name && file.hash === hash);
}
