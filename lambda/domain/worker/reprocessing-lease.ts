import type { ImageRecord } from '../../../src/contract';
import { getLogIds } from '../image-log';
import { applyWrites } from '../image-states';
import type { WorkerDeps } from '../ports';
import { leaseWrites, releaseLeaseWrites } from '../same-state-writes';

/**
 * Two releases may work at once: during a deployment, invocations of the old one run to their end. Each would store its
 * variants under the same keys, and delete those that its own set lacks. With a lease, only one of them works on an
 * image. The lease lasts as long as a claim, which is longer than Lambda lets a worker run.
 */
export class ReprocessingLease {
  private lease?: string;

  constructor(private readonly deps: WorkerDeps) {}

  /** The leased record; undefined while another worker has the lease, or if the record changed. */
  async take(record: ImageRecord): Promise<ImageRecord | undefined> {
    const { table, clock, randomBytes, claimMs } = this.deps;
    if (this.isOurs(record)) return record;
    if (record.remake_lease !== undefined && parseEnd(record.remake_lease) > clock.now()) return undefined;
    this.lease = `${clock.now() + claimMs}#${Buffer.from(randomBytes(8)).toString('hex')}`;
    const edge = leaseWrites(record, this.lease);
    return (await table.write(edge)).done ? applyWrites(record, edge) : undefined;
  }

  isOurs({ remake_lease }: ImageRecord): boolean {
    return remake_lease !== undefined && remake_lease === this.lease;
  }

  /** A lease that is not released ends by itself. */
  async release(record: ImageRecord): Promise<void> {
    const { table, logger } = this.deps;
    if (this.lease === undefined) return;
    await table.write(releaseLeaseWrites(record.image_id, this.lease)).catch((error: unknown) => {
      logger.warn('release of a reprocessing lease failed; it ends by itself', { ...getLogIds(record), error });
    });
  }
}

function parseEnd(lease: string): number {
  return Number.parseInt(lease, 10);
}
