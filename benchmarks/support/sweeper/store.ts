import type { VirtualTime } from './virtual-time';
import type { DueKey, Outcome, Write } from '../../../lambda/domain/ports';
import type { ImageRecord } from '../../../src/contract';

const SECOND = 1000;

/** The index of due records: a partition's keys, by the second of their due date. */
class DueIndex {
  private readonly partitions = new Map<number, Map<number, Map<string, number>>>();

  put({ image_id, sweep, due_at }: ImageRecord): void {
    if (sweep === undefined || due_at === undefined) return;
    const second = Math.floor(due_at / SECOND);
    const seconds = this.partitions.get(sweep) ?? new Map<number, Map<string, number>>();
    this.partitions.set(sweep, seconds);
    if (!seconds.has(second)) seconds.set(second, new Map());
    seconds.get(second)!.set(image_id, due_at);
  }

  remove({ image_id, sweep, due_at }: ImageRecord): void {
    if (sweep === undefined || due_at === undefined) return;
    const seconds = this.partitions.get(sweep);
    const second = Math.floor(due_at / SECOND);
    seconds?.get(second)?.delete(image_id);
    if (seconds?.get(second)?.size === 0) seconds.delete(second);
  }

  list(partition: number, now: number, limit: number, behind?: DueKey): DueKey[] {
    const seconds = this.partitions.get(partition) ?? new Map<number, Map<string, number>>();
    const first = Math.floor((behind?.due_at ?? 0) / SECOND);
    const keys: DueKey[] = [];
    for (const second of [...seconds.keys()].filter(each => each >= first && each * SECOND <= now).sort(
      (a, b) => a - b,
    )) {
      if (keys.length >= limit) break;
      const found = [...seconds.get(second)!].map(([image_id, due_at]) => ({ image_id, due_at })).sort(compare);
      keys.push(...found.filter(key => key.due_at <= now && (behind === undefined || compare(key, behind) > 0)));
    }
    return keys.slice(0, limit);
  }
}

function compare(a: DueKey, b: DueKey): number {
  return a.due_at - b.due_at || (a.image_id < b.image_id ? -1 : Number(a.image_id > b.image_id));
}

/**
 * The records of a simulation, each added shortly before it is due. The class implements `Table` except for latencies.
 * The index shows a write `lag` milliseconds late. Records that are due after `end` are not kept.
 */
export class SweeperStore {
  readonly rows = new Map<string, ImageRecord>();
  private readonly index = new DueIndex();

  /** `changed` is called for every write. */
  constructor(
    private readonly time: VirtualTime, private readonly lag: number, private readonly end: number,
    private readonly changed: (before: ImageRecord, after: ImageRecord) => void = () => {},
  ) {}

  add(row: ImageRecord): void {
    this.rows.set(row.image_id, row);
    this.index.put(row);
  }

  list(partition: number, now: number, limit: number, behind?: DueKey): DueKey[] {
    return this.index.list(partition, now, limit, behind);
  }

  write(writes: readonly Write[]): Outcome {
    for (const write of writes) {
      if (!('update' in write) || write.guard === 'absent') continue;
      const row = this.rows.get(write.update);
      // Every guard of the sweeper compares plain values.
      const holds = row !== undefined
        && Object.entries(write.guard).every(([name, value]) => row[name as keyof ImageRecord] === value);
      if (!holds) return { done: false, current: row };
    }
    for (const write of writes) if ('update' in write) this.apply(write);
    return { done: true };
  }

  private apply({ update, set, remove = [] }: Extract<Write, { update: string }>): void {
    const before = this.rows.get(update)!;
    const kept = Object.entries({ ...before, ...set }).filter(([name]) => !remove.includes(name as keyof ImageRecord));
    const row = Object.fromEntries(kept) as unknown as ImageRecord;
    const isKept = row.due_at !== undefined && row.due_at < this.end;
    if (isKept) this.rows.set(update, row);
    else this.rows.delete(update);
    this.time.scheduleAction(this.time.now + this.lag, () => {
      this.index.remove(before);
      if (isKept) this.index.put(row);
    });
    this.changed(before, row);
  }
}
