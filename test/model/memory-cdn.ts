import type { Clock } from './clock';
import type { MemoryTable } from './memory-table';
import type { Cdn, Distribution, Leases } from '../../lambda/domain/deliver/ports';
import type { Invalidation, LeaseRecord } from '../../src/contract';

/** CloudFront and the invalidation queue: a cached response stays until it is invalidated. */
export class MemoryCdn {
  readonly shown = new Map<string, Buffer>();
  messages: Invalidation[] = [];
  /** The number of invalidation requests that it still refuses. */
  refusals = 0;
  /** Accepted invalidations, in order. Responses to requests from before an invalidation are not cached. */
  private readonly accepted: string[] = [];

  readonly queue: Cdn = { invalidate: async invalidation => void this.messages.push(invalidation) };

  readonly distribution: Distribution = {
    invalidate: async paths => {
      if (this.refusals-- > 0) return false;
      this.accepted.push(...paths);
      for (const path of this.shown.keys()) if (isCovered(path, paths)) this.shown.delete(path);
      return true;
    },
  };

  /** The moment of a viewer's request. */
  get moment(): number {
    return this.accepted.length;
  }

  keep(path: string, bytes: Uint8Array, asked: number): void {
    if (!isCovered(path, this.accepted.slice(asked))) this.shown.set(path, Buffer.from(bytes));
  }
}

function isCovered(path: string, wildcards: readonly string[]): boolean {
  return wildcards.some(wildcard => path.startsWith(wildcard.slice(0, -1)));
}

export function memoryLeases(table: MemoryTable, clock: Clock): Leases {
  let taken = 0;
  const put = (row: Omit<LeaseRecord, 'expires_at'>) =>
    table.putOther({ ...row, expires_at: Math.ceil(clock.now / 1000) + 3600 });
  return {
    take: async (image_id, lease_until) => {
      const held = table.rows.get(image_id) as LeaseRecord | undefined;
      if (held && held.lease_until > clock.now) return undefined;
      const holder = `holder ${clock.now} ${taken++}`;
      put({ image_id, holder, lease_until });
      return {
        release: async () => {
          if ((table.rows.get(image_id) as LeaseRecord | undefined)?.holder === holder) {
            put({ image_id, holder, lease_until: 0 });
          }
        },
      };
    },
  };
}
