import { isDeepStrictEqual } from 'node:util';
import type { Clock } from './clock';
import type {
  DueKey, Guard, IndexKey, IndexPage, IndexQuery, Outcome, ScanPage, Table, TableScan, Write,
} from '../../lambda/domain/ports';
import type { FacetRecord, FailedRecord, ImageRecord, LeaseRecord, RejectedBytesRecord } from '../../src/contract';

type Row = ImageRecord | FacetRecord | RejectedBytesRecord | LeaseRecord;

function project({ image_id, updated_at, tries, last_error }: ImageRecord): FailedRecord {
  return { image_id, updated_at, ...tries !== undefined && { tries }, ...last_error && { last_error } };
}

/** DynamoDB's limit of items in one transaction. */
const TRANSACTION_ITEMS = 100;

/** The table as the port describes it. Writes are atomic and immediate; the indexes follow each write after a lag. */
export class MemoryTable implements Table, TableScan {
  readonly rows = new Map<string, Row>();
  /** The time at which each expired upload expired, by its object key. */
  readonly expiries = new Map<string, number>();
  /** The statuses that each upload has had, by its object key. */
  readonly courses = new Map<string, string[]>();
  /** Each write of a row, in order: the stream of the table. */
  readonly changes: { before?: Row; after?: Row }[] = [];
  private readonly indexed = new Map<string, Row>();
  private readonly lagging = new Map<string, number>();
  private readonly latest = new Map<string, number>();
  private stored = 0;

  /** The indexes show a write after a lag in milliseconds; writes take the values of `lags` in turn. */
  constructor(private readonly clock: Clock, private readonly lags: readonly number[] = [0]) {}

  async get(imageId: string): Promise<ImageRecord | undefined> {
    return this.image(imageId);
  }

  async getMany(imageIds: readonly string[]): Promise<ImageRecord[]> {
    return imageIds.flatMap(id => this.image(id) ?? []);
  }

  async write(writes: readonly Write[]): Promise<Outcome> {
    refuseWhatDynamoDbRefuses(writes);
    for (const write of writes) {
      if (!('guard' in write)) continue;
      const current = this.image(idOf(write));
      if (!holds(write.guard, current)) return { done: false, current };
    }
    for (const write of writes) this.apply(write);
    return { done: true };
  }

  async listByUser({ partition, above, below, descending, limit, behind }: IndexQuery): Promise<IndexPage> {
    const sign = descending ? -1 : 1;
    const keys = [...this.indexed.values()]
      .filter((row): row is ImageRecord | FacetRecord => 'user_id' in row && row.user_id === partition)
      .map(row => ({ image_id: row.image_id, created_at: row.created_at! }))
      .filter(key => (above === undefined || key.created_at > above) && (below === undefined || key.created_at < below))
      .filter(key => behind === undefined || compare(key, behind) * sign > 0)
      .sort((a, b) => compare(a, b) * sign);
    return { keys: keys.slice(0, limit), more: keys.length > limit };
  }

  async listDue(partition: number, now: number, limit: number, behind?: DueKey): Promise<DueKey[]> {
    const due = [...this.indexed.values()]
      .filter((row): row is ImageRecord => 'due_at' in row && row.sweep === partition && row.due_at! <= now)
      .map(row => ({ image_id: row.image_id, due_at: row.due_at! }))
      .sort(compareDue);
    return due.filter(key => behind === undefined || compareDue(key, behind) > 0).slice(0, limit);
  }

  /** Pages are sorted by id: any stable order will do. */
  async readPage(limit: number, behind = ''): Promise<ScanPage> {
    const ids = [...this.rows.keys()].filter(id => id > behind).sort();
    const scanned = ids.slice(0, limit);
    const rows = scanned.map(id => this.rows.get(id)!).filter(
      (row): row is ImageRecord => 'status' in row && ['ready', 'failed'].includes(row.status),
    );
    return { records: rows, read: scanned.length, behind: ids.length > limit ? scanned.at(-1) : undefined };
  }

  async readFailed(limit: number, behind?: string): Promise<ScanPage<FailedRecord>> {
    const { records, ...page } = await this.readPage(limit, behind);
    const failed = records.filter(({ status }) => status === 'failed');
    return { ...page, records: failed.map(project) };
  }

  /** Stores the rows that the adapters of refusals and leases write. */
  putOther(row: RejectedBytesRecord | LeaseRecord): void {
    this.store(row.image_id, row);
  }

  /** Drops expired items, as DynamoDB's TTL does some time after `expires_at`. */
  dropExpired(): void {
    const seconds = this.clock.now / 1000;
    for (const row of this.rows.values()) {
      if ('expires_at' in row && row.expires_at! < seconds) this.store(row.image_id, undefined);
    }
  }

  /** Whether the indexes show the latest writes to an image's row and facets. */
  isIndexed(imageId: string): boolean {
    return ![...this.lagging.keys()].some(id => id.split('#')[0] === imageId);
  }

  private image(id: string): ImageRecord | undefined {
    return this.rows.get(id) as ImageRecord | undefined;
  }

  private apply(write: Write): void {
    if ('put' in write) return this.store(write.put.image_id, write.put);
    if ('putFacet' in write) return this.store(write.putFacet.image_id, write.putFacet);
    if ('removeFacet' in write) return this.store(write.removeFacet, undefined);
    const changed: Record<string, unknown> = { image_id: write.update, ...this.rows.get(write.update), ...write.set };
    for (const attribute of write.remove ?? []) delete changed[attribute];
    return this.store(write.update, changed as unknown as ImageRecord);
  }

  private store(id: string, row: Row | undefined): void {
    this.changes.push({ before: this.rows.get(id), after: row });
    assign(this.rows, id, row);
    // A record forged under the id of a lease is no status of the image.
    if (row && 'status' in row && !row.image_id.includes('#lease:')) this.note(row);
    const lag = this.nextLag();
    if (lag === 0 && !this.lagging.has(id)) return assign(this.indexed, id, row);
    this.lagging.set(id, (this.lagging.get(id) ?? 0) + 1);
    // Never before an earlier write to the same row: an index shows a row's writes in their order.
    const time = Math.max(this.clock.now + lag, this.latest.get(id) ?? 0);
    this.latest.set(id, time);
    this.clock.at(time, () => this.index(id, row));
  }

  private note({ object_key, status }: ImageRecord): void {
    if (status === 'expired' && !this.expiries.has(object_key)) this.expiries.set(object_key, this.clock.now);
    const course = this.courses.get(object_key) ?? [];
    this.courses.set(object_key, course.at(-1) === status ? course : [...course, status]);
  }

  private index(id: string, row: Row | undefined): void {
    assign(this.indexed, id, row);
    const left = this.lagging.get(id)! - 1;
    assign(this.lagging, id, left === 0 ? undefined : left);
  }

  private nextLag(): number {
    return this.lags[this.stored++ % this.lags.length] ?? 0;
  }
}

function assign<V>(map: Map<string, V>, key: string, value: V | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

function idOf(write: Write): string {
  if ('put' in write) return write.put.image_id;
  if ('putFacet' in write) return write.putFacet.image_id;
  return 'removeFacet' in write ? write.removeFacet : write.update;
}

function holds(guard: Guard, current: ImageRecord | undefined): boolean {
  if (guard === 'absent') return current === undefined;
  return current !== undefined
    && Object.entries(guard).every(([name, value]) => isDeepStrictEqual(current[name as keyof ImageRecord], value));
}

/** An index orders by its range key. DynamoDB promises no order within equal keys; the model orders by id. */
function compare(a: IndexKey, b: IndexKey): number {
  if (a.created_at !== b.created_at) return a.created_at < b.created_at ? -1 : 1;
  return a.image_id < b.image_id ? -1 : a.image_id > b.image_id ? 1 : 0;
}

function compareDue(a: DueKey, b: DueKey): number {
  return a.due_at - b.due_at || (a.image_id < b.image_id ? -1 : Number(a.image_id > b.image_id));
}

function refuseWhatDynamoDbRefuses(writes: readonly Write[]): void {
  const ids = writes.map(idOf);
  if (new Set(ids).size < ids.length) throw new Error(`one transaction writes a row twice: ${ids.join(', ')}`);
  if (ids.length > TRANSACTION_ITEMS) {
    throw new Error(`one transaction has ${ids.length} items, more than ${TRANSACTION_ITEMS}`);
  }
  for (const write of writes) {
    const values = 'put' in write ? write.put : 'update' in write ? write.set : {};
    const empty = Object.entries(values).find(([, value]) => value === undefined);
    if (empty) throw new Error(`"${empty[0]}" of ${idOf(write)} is written as undefined`);
    // A guard that only requires absent attributes also holds without a row; the update then creates one.
    const isEmpty = 'guard' in write && write.guard !== 'absent'
      && Object.values(write.guard).every(value => value === undefined);
    if (isEmpty) throw new Error(`the guard of ${idOf(write)} demands nothing of its row`);
    const both = 'update' in write ? write.remove?.find(name => name in write.set) : undefined;
    if (both) throw new Error(`"${both}" of ${idOf(write)} is set and removed at once`);
  }
}
