import { createHash } from 'node:crypto';
import { type BatchWriteItemCommandOutput, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { confirmImage } from '../../../lambda/domain/confirm-image';
import { createImage } from '../../../lambda/domain/create-image';
import { applyWrites } from '../../../lambda/domain/image-states';
import type { Deps, Table, Write } from '../../../lambda/domain/ports';
import { DEFAULTS, type FacetRecord, IMAGE_TYPES, type ImageRecord } from '../../../src/contract';

/** BatchWriteItem takes at most 25. */
const BATCH = 25;
const BATCHES_AT_ONCE = 8;
const FIRST_CREATED = Date.parse('2026-01-01T00:00:00.000Z');
const SIZE = 123_456;

type Row = ImageRecord | FacetRecord;

/** Keeps the writes of the domain for one image. */
class Captured implements Table {
  row?: ImageRecord;
  facets: FacetRecord[] = [];

  async get(): Promise<ImageRecord | undefined> {
    return this.row;
  }

  async write(writes: readonly Write[]): Promise<{ done: true }> {
    for (const write of writes) {
      if ('put' in write) this.row = write.put;
      else if ('update' in write) this.row = applyWrites(this.row!, [write]);
      else if ('putFacet' in write) this.facets.push(write.putFacet);
    }
    return { done: true };
  }

  getMany(): never { throw new Error('a seed reads no batches'); }
  listByUser(): never { throw new Error('a seed lists no images'); }
  listDue(): never { throw new Error('a seed sweeps no images'); }
}

/** Deterministic: runs can be compared only if their seeds are equal. */
function createRandomBytes(n: number): (length: number) => Uint8Array {
  const digest = createHash('sha256').update(String(n)).digest();
  return length => digest.subarray(0, length);
}

function createDeps(n: number, table: Table): Deps {
  const type = IMAGE_TYPES[n % IMAGE_TYPES.length];
  return {
    table,
    objects: {
      find: async () => ({ size: SIZE, etag: '"d41d8cd98f00b204e9800998ecf8427e"' }),
      readStart: async () => new Uint8Array(),
      digest: async () => undefined,
      read: async () => undefined,
      put: async () => '"d41d8cd98f00b204e9800998ecf8427e"',
      delete: async () => undefined,
      deleteAll: async () => false,
    },
    queue: { announce: async () => undefined },
    signer: { upload: async () => ({ url: '', headers: {} }), download: async () => '' },
    // Three images per millisecond: their ids must determine their order.
    clock: { now: () => FIRST_CREATED + Math.floor(n / 3), sleep: async () => undefined },
    randomBytes: createRandomBytes(n),
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined },
    metrics: { count: () => undefined, measure: () => undefined },
    sniff: () => type,
    policy: {
      accept: [type],
      maxSize: SIZE,
      urlTtlSeconds: DEFAULTS.URL_TTL_SECONDS,
      deletedRecordDays: DEFAULTS.DELETED_RECORD_DAYS,
      processing: false,
    },
  };
}

/** The records that the handlers' own code writes for an upload and its confirmation. */
async function buildRows(
  userId: string, n: number, choices: { readonly tags: readonly string[]; readonly shared_with: readonly string[] },
): Promise<{ image: ImageRecord; rows: Row[] }> {
  const table = new Captured();
  const deps = createDeps(n, table);
  const [content_type] = deps.policy.accept as ImageRecord['content_type'][];
  const filename = `photo-${String(n).padStart(6, '0')}`;
  const { image_id } = await createImage(deps, { userId }, { content_type, size: SIZE, filename, ...choices });
  const image = await confirmImage(deps, { userId }, image_id);
  return { image, rows: [image, ...table.facets] };
}

async function writeAll(client: DynamoDBDocumentClient, tableName: string, rows: readonly Row[]): Promise<void> {
  const batches = Array.from(
    { length: Math.ceil(rows.length / BATCH) }, (_, i) => rows.slice(i * BATCH, (i + 1) * BATCH),
  );
  await Promise.all(batches.map(async batch => {
    const command = new BatchWriteCommand({
      RequestItems: { [tableName]: batch.map(Item => ({ PutRequest: { Item: { ...Item } } })) },
    });
    const { UnprocessedItems = {} }: Pick<BatchWriteItemCommandOutput, 'UnprocessedItems'> = await client.send(
      command,
    ) as BatchWriteItemCommandOutput;
    if (Object.keys(UnprocessedItems).length > 0) {
      throw new Error('the table engine must take whole batches, got: unprocessed items');
    }
  }));
}

export interface Seed {
  readonly user: string;
  readonly count: number;
  readonly tagsOf: (n: number) => readonly string[];
  /** Of every image. */
  readonly sharedWith: readonly string[];
}

/** Fills the table and returns the images, oldest first. */
export async function seed(
  dynamoDb: DynamoDBClient, tableName: string, { user, count, tagsOf, sharedWith }: Seed,
): Promise<ImageRecord[]> {
  const client = DynamoDBDocumentClient.from(dynamoDb, { marshallOptions: { removeUndefinedValues: true } });
  const images: ImageRecord[] = [];
  let waiting: Row[] = [];
  for (let n = 0; n < count; n++) {
    const { image, rows } = await buildRows(user, n, { tags: tagsOf(n), shared_with: sharedWith });
    images.push(image);
    waiting.push(...rows);
    if (waiting.length >= BATCH * BATCHES_AT_ONCE || n === count - 1) {
      await writeAll(client, tableName, waiting);
      waiting = [];
    }
  }
  return images.sort((a, b) => a.created_at! < b.created_at! ? -1 : 1);
}
