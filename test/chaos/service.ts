import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ChaosEvents } from './chaos-events';
import { openObjectStore } from '../../lambda/aws/image-objects';
import { openImageTable } from '../../lambda/aws/image-table';
import { openRejectionCache } from '../../lambda/aws/rejection-cache';
import { noScanner } from '../../lambda/aws/scanner-none';
import { confirmImage } from '../../lambda/domain/confirm-image';
import { createImage } from '../../lambda/domain/create-image';
import type { Imaging, Table, UploadQueue, WorkerDeps, Write } from '../../lambda/domain/ports';
import { sweep } from '../../lambda/domain/sweep';
import { sniff } from '../../lambda/imaging/sniff';
import { startStorage, type CreatedObject } from '../../local/engines/storage';
import { startTableEngine } from '../../local/engines/table';
import { isolate } from '../../local/isolate';
import { LOCAL } from '../../local/names';
import { ensureTable } from '../../local/resources/table';
import { DEFAULTS, type ImageRecord, type ImageType, QUEUE, type Status } from '../../src/contract';
import { audit } from '../audit/auditor';
import { awsStorage } from '../audit/aws-storage';
import { describeFindings } from '../audit/finding';
import { QUIET } from '../support/quiet-logger';

export const USER = { userId: 'chaos' };
const HOUR_MS = 60 * 60_000;
/** Nothing is due later: a tombstone settles an hour after its last URL ends. */
const MOST_HOURS = 48;

export interface ServiceOptions {
  readonly imaging: Imaging;
  readonly queue: UploadQueue;
  readonly onUpload: (object: CreatedObject) => void;
}

/** The real domain and adapters on the embedded engines, under a movable clock. Only the queue is a fake. */
export class Service {
  static async start({ imaging, queue, onUpload }: ServiceOptions): Promise<Service> {
    isolate(process.env);
    const directory = await mkdtemp(join(tmpdir(), 'chaos-'));
    const common = { region: LOCAL.REGION, credentials: LOCAL.CREDENTIALS };
    const table = await startTableEngine({ streamOf: LOCAL.TABLE });
    const events = new ChaosEvents(table.stream!);
    const storage = await startStorage({
      ...common,
      directory,
      bucket: LOCAL.BUCKET,
      conditionalPrefix: 'originals/',
      maxSignatureAgeMs: 300_000,
    });
    storage.onObjectCreated(onUpload);
    Object.assign(process.env, {
      AWS_REGION: LOCAL.REGION,
      AWS_ENDPOINT_URL_S3: storage.endpoint,
      AWS_ACCESS_KEY_ID: LOCAL.CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL.CREDENTIALS.secretAccessKey,
    });
    const dynamoDb = new DynamoDBClient({ ...common, endpoint: table.endpoint });
    await ensureTable(dynamoDb, LOCAL.TABLE);
    const s3 = new S3Client({ ...common, endpoint: storage.endpoint, forcePathStyle: true });
    const closers = [
      async () => events.stop(), storage.close, table.close, async () => rm(directory, { recursive: true }),
    ];
    const service: Service = new Service(
      createDeps(dynamoDb, imaging, queue, () => service), s3, dynamoDb, events, closers,
    );
    return service;
  }

  readonly counted = new Map<string, number>();
  /** The number of writes of each status, by image. */
  readonly courses = new Map<string, Map<string, number>>();
  private skew = 0;

  private constructor(
    readonly deps: WorkerDeps,
    private readonly s3: S3Client,
    private readonly dynamoDb: DynamoDBClient,
    readonly events: ChaosEvents,
    private readonly closers: (() => Promise<unknown>)[],
  ) {}

  get now(): number {
    return Date.now() + this.skew;
  }

  advance(milliseconds: number): void {
    this.skew += milliseconds;
  }

  count(metric: string, by = 1): void {
    this.counted.set(metric, (this.counted.get(metric) ?? 0) + by);
  }

  /** The number of images that were written with this status, and the images written so more than once. */
  written(status: Status): { images: number; again: string[] } {
    const times = [...this.courses].map(([id, course]) => [id, course.get(status) ?? 0] as const);
    return { images: times.filter(([, n]) => n > 0).length, again: times.filter(([, n]) => n > 1).map(([id]) => id) };
  }

  note(writes: readonly Write[]): void {
    for (const write of writes) {
      if (!('update' in write) || write.set.status === undefined) continue;
      const course = this.courses.get(write.update) ?? new Map<string, number>();
      this.courses.set(write.update, course.set(write.set.status, (course.get(write.set.status) ?? 0) + 1));
    }
  }

  /** Acts as a client, which may leave confirming to the service. */
  async upload(bytes: Buffer, content_type: ImageType, confirms: boolean): Promise<string> {
    const { image_id: id } = await createImage(this.deps, USER, { content_type, size: bytes.length, tags: ['chaos'] });
    const { object_key: Key } = await this.row(id);
    await this.s3.send(
      new PutObjectCommand({ Bucket: LOCAL.BUCKET, Key, Body: bytes, ContentType: content_type, IfNoneMatch: '*' }),
    );
    if (confirms) {
      await confirmImage(this.deps, USER, id).catch((error: { code?: string }) => {
        if (error.code !== 'upload-rejected') {
          throw error;
        }
      });
    }
    return id;
  }

  async row(id: string): Promise<ImageRecord> {
    return (await this.deps.table.get(id))!;
  }

  /** Advances time until the sweeper has nothing left to do. `work` processes the queue's messages meanwhile. */
  async settle(work: () => Promise<void>): Promise<void> {
    await work();
    for (let hours = 0; hours < MOST_HOURS; hours++) {
      this.advance(HOUR_MS);
      const { visited } = await sweep(this.deps, Infinity);
      await work();
      if (visited === 0) return;
    }
    throw new Error(`nothing may be due after ${MOST_HOURS} hours`);
  }

  /** The auditor's findings in raw storage, once settled; empty if all is well. */
  async findings(): Promise<string> {
    const storage = awsStorage({ table: LOCAL.TABLE, bucket: LOCAL.BUCKET }, this.dynamoDb, this.s3);
    return describeFindings(await audit(storage, { settledAt: this.now }));
  }

  /** Missing events, and events of edges that did not happen. Empty if all is well. */
  async eventFaults(): Promise<string[]> {
    return this.events.findFaults(this.courses);
  }

  async close(): Promise<void> {
    this.dynamoDb.destroy();
    this.s3.destroy();
    for (const close of this.closers) await close();
  }
}

function createDeps(
  dynamoDb: DynamoDBClient, imaging: Imaging, queue: UploadQueue, service: () => Service,
): WorkerDeps {
  const client = DynamoDBDocumentClient.from(dynamoDb, { marshallOptions: { removeUndefinedValues: true } });
  const now = (): number => service().now;
  return {
    table: observeWrites(openImageTable(client, LOCAL.TABLE), writes => service().note(writes)),
    objects: openObjectStore(LOCAL.BUCKET, true),
    queue,
    signer: { upload: async () => ({ url: '', headers: {} }), download: async () => '' },
    clock: { now, sleep: async () => undefined },
    randomBytes: length => globalThis.crypto.getRandomValues(new Uint8Array(length)),
    logger: QUIET,
    metrics: { count: (metric, by) => service().count(metric, by), measure: () => undefined },
    sniff,
    policy: {
      accept: ['image/png', 'image/jpeg', 'image/webp'],
      maxSize: DEFAULTS.MAX_UPLOAD_BYTES,
      urlTtlSeconds: DEFAULTS.URL_TTL_SECONDS,
      deletedRecordDays: DEFAULTS.DELETED_RECORD_DAYS,
      processing: true,
    },
    imaging,
    scanner: noScanner,
    rejectionCache: openRejectionCache(client, LOCAL.TABLE, now),
    claimMs: QUEUE.WORKER_TIMEOUT * 1000,
  };
}

/** Reports each completed write. */
function observeWrites(table: Table, tell: (writes: readonly Write[]) => void): Table {
  const write: Table['write'] = async writes => {
    const outcome = await table.write(writes);
    if (outcome.done) tell(writes);
    return outcome;
  };
  return { ...table, write };
}
