import { randomUUID } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Level } from 'level';
import type { VerifiedBody } from './checksums';
import { buildS3Error } from './errors';

export interface StoredObject {
  readonly blob: string;
  readonly size: number;
  readonly etag: string;
  readonly modified: number;
  /** Response headers that the upload set: type, user metadata, checksum. */
  readonly headers: Record<string, string>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Key prefixes of the index: visible objects, and files that no object refers to. */
const OBJECTS = 'object~';
const LOOSE = 'loose~';
/** The last code point, which sorts after every key with the prefix. */
const END = '\u{10ffff}';

type Index = Level<string, StoredObject | 0>;

function locateIndex(directory: string): string {
  return join(directory, 'index');
}

function createIndex(directory: string): Index {
  return new Level(locateIndex(directory), { valueEncoding: 'json' });
}

/** Returns whether a folder has ever stored objects. */
export function hasObjects(directory: string): boolean {
  return existsSync(locateIndex(directory));
}

/** Returns whether a process, including this one, has opened the folder. */
export async function isLocked(directory: string): Promise<boolean> {
  if (!existsSync(directory)) return false;
  const index = createIndex(directory);
  const error = await index.open().then(
    async () => index.close(), (failure: Error) => failure.cause as Error & { code?: string },
  );
  return error?.code === 'LEVEL_LOCKED';
}

/**
 * Objects of one bucket. Bytes are in files with random names, and LevelDB maps keys to files. One batch makes a write
 * visible after its file is complete, so a write is atomic. A crash can leave a loose file: it is recorded before it is
 * created, and removed at the next start.
 */
export class Objects {
  static async open(directory: string): Promise<Objects> {
    const blobs = join(directory, 'blobs');
    mkdirSync(blobs, { recursive: true });
    const index = createIndex(directory);
    await index.open();
    const objects = new Objects(index, blobs);
    await objects.removeLoose();
    return objects;
  }

  /** Keys with a commit or delete in progress, each with its last pending task. */
  private readonly turns = new Map<string, Promise<unknown>>();

  private constructor(private readonly index: Index, private readonly blobs: string) {}

  find(key: string): StoredObject | undefined {
    return this.index.getSync(OBJECTS + key) || undefined;
  }

  /** Opens the bytes from `start` to `end`, inclusive. Throws `ENOENT` if the object was deleted meanwhile. */
  async openContent(object: StoredObject, range: { start: number; end: number }): Promise<Readable> {
    const file = await open(join(this.blobs, object.blob));
    return file.createReadStream(range);
  }

  /** Stores a body. With `onlyNew`, an existing key is an error, also if it appears during the upload. */
  async put(
    key: string, source: Readable, body: VerifiedBody, headers: Record<string, string>, onlyNew: boolean,
  ): Promise<StoredObject> {
    if (onlyNew && this.find(key)) {
      throw buildS3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
        Condition: 'If-None-Match',
      });
    }
    const blob = randomUUID();
    await this.index.batch([{ type: 'put', key: LOOSE + blob, value: 0 }]);
    try {
      await pipeline(source, body, createWriteStream(join(this.blobs, blob)));
      const object = { blob, size: body.size, etag: body.md5.digest('hex'), modified: Date.now(), headers };
      await this.runInTurn(key, async () => this.commit(key, object, onlyNew));
      return object;
    } catch (error) {
      await this.discard(blob);
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    const removed = await this.runInTurn(key, async () => {
      const object = this.find(key);
      if (object) {
        await this.index.batch([
          { type: 'del', key: OBJECTS + key }, { type: 'put', key: LOOSE + object.blob, value: 0 },
        ]);
      }
      return object;
    });
    if (removed) await this.discard(removed.blob);
  }

  /** Replaces the tags of an object. False if the object does not exist. */
  async tag(key: string, tags: Readonly<Record<string, string>>): Promise<boolean> {
    return this.runInTurn(key, async () => {
      const object = this.find(key);
      if (object) await this.index.batch([{ type: 'put', key: OBJECTS + key, value: { ...object, tags } }]);
      return object !== undefined;
    });
  }

  /** Lists objects with the prefix after the key `after`, in S3's order (UTF-8 bytes of the keys). */
  async list(prefix: string, after: string, limit: number): Promise<[string, StoredObject][]> {
    const from = after >= prefix ? { gt: OBJECTS + after } : { gte: OBJECTS + prefix };
    const found: [string, StoredObject][] = [];
    for await (const [key, object] of this.index.iterator({ ...from, lt: OBJECTS + prefix + END, limit })) {
      if (object) found.push([key.slice(OBJECTS.length), object]);
    }
    return found;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.turns.values());
    await this.index.close();
  }

  private async commit(key: string, object: StoredObject, onlyNew: boolean): Promise<void> {
    const previous = this.find(key);
    if (previous && onlyNew) {
      throw buildS3Error(
        'ConditionalRequestConflict',
        'The conditional request cannot succeed due to a conflicting operation against this resource.',
      );
    }
    await this.index.batch([
      { type: 'put', key: OBJECTS + key, value: object },
      { type: 'del', key: LOOSE + object.blob },
      ...previous ? [{ type: 'put', key: LOOSE + previous.blob, value: 0 } as const] : [],
    ]);
    if (previous) await this.discard(previous.blob);
  }

  private async runInTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.turns.get(key) ?? Promise.resolve()).then(work, work);
    this.turns.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.turns.get(key) === turn) this.turns.delete(key);
    }
  }

  private async discard(blob: string): Promise<void> {
    await rm(join(this.blobs, blob), { force: true });
    await this.index.batch([{ type: 'del', key: LOOSE + blob }]);
  }

  private async removeLoose(): Promise<void> {
    for await (const key of this.index.keys({ gt: LOOSE, lt: LOOSE + END })) {
      await this.discard(key.slice(LOOSE.length));
    }
  }
}
