import { createHash } from 'node:crypto';
import { link, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readDatabases } from './databases';
import { parseList } from './definition-list';
import { ServiceError } from '../domain/errors';
import type { DefinitionFile, DefinitionStore, Log } from '../domain/scan-ports';

/** How often a warm function checks for newer definitions. They come a few times a day. */
const CHECK_EVERY_MS = 10 * 60_000;

/** Tolerance for wrong clocks. The date of a database further in the future cannot be trusted. */
const TOMORROW_MS = 24 * 3_600_000;

/** Definitions on the local disk. */
export interface LocalDefinitions {
  readonly folder: string;
  /** When `daily` was built (epoch milliseconds). */
  readonly builtAt: number;
  readonly version: number;
}

interface Held extends LocalDefinitions {
  readonly list: string;
  readonly files: readonly DefinitionFile[];
}

/** The bucket's definitions on the local disk. */
export class Definitions {
  private held?: Held;
  private checkedAt = -Infinity;

  constructor(
    private readonly store: DefinitionStore,
    private readonly folder: string,
    private readonly maxAgeMs: number,
    private readonly log: Log,
    private readonly reportAge: (ageMs: number) => void = () => undefined,
  ) {}

  /** Throws if there are no definitions that can be trusted at that time. */
  async getTrusted(now: number): Promise<LocalDefinitions> {
    if (!this.held || now - this.checkedAt >= CHECK_EVERY_MS) await this.refresh(now);
    const { builtAt, version } = this.held!;
    this.reportAge(now - builtAt);
    const formatHours = (ms: number) => `${Math.round(ms / 3_600_000)} hours`;
    if (now - builtAt > this.maxAgeMs) {
      throw new ServiceError(
        `the definitions must be newer than ${formatHours(this.maxAgeMs)}, got: daily ${version}, which is ${formatHours(now - builtAt)} old`,
      );
    }
    if (builtAt - now > TOMORROW_MS) {
      throw new ServiceError(
        `the build time of the definitions must not be in the future, got: ${new Date(builtAt).toISOString()} for daily ${version}`,
      );
    }
    return this.held!;
  }

  /** While the bucket cannot be read, the local definitions stay in use, within their age limit. */
  private async refresh(now: number): Promise<void> {
    try {
      const list = await this.store.readList();
      if (list === undefined) {
        throw new ServiceError('the bucket must have virus definitions, got: none; run the function that refreshes them first');
      }
      if (list !== this.held?.list) await this.install(list);
    } catch (error) {
      if (!this.held) throw error;
      this.log.warn('check for newer definitions failed; the present ones stay in use', {
        version: this.held.version,
        error,
      });
    }
    this.checkedAt = now;
  }

  private async install(list: string): Promise<void> {
    const previous = this.held;
    const { files } = parseList(list);
    const folder = join(this.folder, createHash('sha256').update(list).digest('hex').slice(0, 16));
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    try {
      // Sequentially: parallel downloads would share one network, and need the memory of all.
      for (const file of files) await this.fetchFile(file, join(folder, file.name));
      const { daily } = await readDatabases(folder);
      this.held = { ...daily, folder, list, files };
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    if (previous) await rm(previous.folder, { recursive: true, force: true });
    this.log.info('definitions installed', {
      version: this.held.version,
      built_at: new Date(this.held.builtAt).toISOString(),
    });
  }

  /** A local file is linked, not downloaded again: `main` is large, and hardly ever changes. */
  private async fetchFile(file: DefinitionFile, path: string): Promise<void> {
    const same = this.held?.files.find(({ name, hash }) => name === file.name && hash === file.hash);
    if (same) await link(join(this.held!.folder, same.name), path);
    else await this.store.download(file, path);
  }
}
