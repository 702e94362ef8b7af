import { createHash } from 'node:crypto';
import type { Clock } from './clock';
import type { ObjectStore, StoredObject } from '../../lambda/domain/ports';

export interface PutTicket {
  readonly key: string;
  readonly size: number;
  /** When the signed URL ends (epoch milliseconds, true time). */
  readonly until: number;
}

/** The statuses of S3 for a signed PUT with `If-None-Match: *`. */
export type PutStatus = 200 | 403 | 412;

/** The bucket as the port describes it, and the PUTs of clients. */
export class MemoryObjects implements ObjectStore {
  readonly bytes = new Map<string, Buffer>();
  /** The latest arrival of each original. */
  readonly landedAt = new Map<string, number>();

  /** `created` is called for every new object, `deleted` for every object that existed. */
  constructor(
    private readonly clock: Clock,
    private readonly created: (key: string) => void = () => {},
    private readonly deleted: (key: string) => void = () => {},
  ) {}

  /**
   * S3 checks the signature when a request begins, and `If-None-Match` when its last byte arrives. A slow PUT may land
   * long after its URL has ended.
   */
  upload(ticket: PutTicket, body: Buffer, slowBy: number, landed: () => void): PutStatus {
    if (this.clock.now >= ticket.until || body.length !== ticket.size) return 403;
    if (slowBy > 0) {
      this.clock.at(this.clock.now + slowBy, () => this.land(ticket.key, body, landed));
      return 200;
    }
    return this.land(ticket.key, body, landed) ? 200 : 412;
  }

  /** Stores bytes from another party, without a signed URL. */
  plant(key: string, body: Buffer, landed: () => void): void {
    this.land(key, body, landed);
  }

  async find(key: string): Promise<StoredObject | undefined> {
    const body = this.bytes.get(key);
    return body && { size: body.length, etag: etagOf(body) };
  }

  async readStart(key: string, etag: string, length: number): Promise<Uint8Array | undefined> {
    return this.unchanged(key, etag)?.subarray(0, length);
  }

  async digest(key: string, etag: string): Promise<string | undefined> {
    const body = this.unchanged(key, etag);
    return body && createHash('sha256').update(body).digest('base64');
  }

  async read(key: string, etag: string): Promise<Uint8Array | undefined> {
    return this.unchanged(key, etag);
  }

  async put(key: string, bytes: Uint8Array): Promise<string> {
    const body = Buffer.from(bytes);
    this.bytes.set(key, body);
    return etagOf(body);
  }

  async delete(key: string): Promise<void> {
    if (this.bytes.delete(key)) this.deleted(key);
  }

  async deleteAll(prefix: string): Promise<boolean> {
    const keys = [...this.bytes.keys()].filter(key => key.startsWith(prefix));
    keys.forEach(key => this.bytes.delete(key));
    return keys.length > 0;
  }

  private land(key: string, body: Buffer, landed: () => void): boolean {
    if (this.bytes.has(key)) return false;
    this.bytes.set(key, body);
    this.landedAt.set(key, this.clock.now);
    this.created(key);
    landed();
    return true;
  }

  private unchanged(key: string, etag: string): Buffer | undefined {
    const body = this.bytes.get(key);
    return body && etagOf(body) === etag ? body : undefined;
  }
}

export function etagOf(body: Buffer): string {
  return createHash('md5').update(body).digest('hex');
}
