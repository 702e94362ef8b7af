import { isDeepStrictEqual } from 'node:util';
import type { Item, Level, Operation } from 'dynalite/db';
import { buildRange } from './rows';

/** A change of an item, as a stream of new and old images holds it. */
export interface ItemChange {
  readonly sequenceNumber: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly before?: Item;
  readonly after?: Item;
}

const PREFIX = 'stream~';
/** Sequence numbers sort as text. */
const DIGITS = 21;

/**
 * Stands in for the stream of a table, which dynalite lacks. A change is stored in the batch of its write, so a crash
 * loses no change and shows none that did not happen.
 */
export class ChangeStream {
  static async open(db: Level, table: string): Promise<ChangeStream> {
    const [last] = await db.keys(buildRange(PREFIX, { reverse: true, limit: 1 })).nextv(1);
    return new ChangeStream(db, `item-${table}~`, last === undefined ? 0 : Number(last.slice(PREFIX.length)));
  }

  private wake?: () => void;

  private constructor(private readonly db: Level, private readonly items: string, private last: number) {}

  /** The operations that store the changes of some writes. A write that changes nothing has none, as on AWS. */
  record(writes: ReadonlyMap<string, unknown>): Operation[] {
    const changed = [...writes].filter(([key]) => key.startsWith(this.items))
      .map(([key, after]) => ({ before: this.db.getSync(key) as Item | undefined, after: after as Item | undefined }))
      .filter(({ before, after }) => !isDeepStrictEqual(before, after));
    return changed.map(change => {
      const sequenceNumber = String(++this.last).padStart(DIGITS, '0');
      return { type: 'put', key: PREFIX + sequenceNumber, value: { ...change, sequenceNumber, at: Date.now() } };
    });
  }

  /** Reports that recorded changes are stored. */
  announce(): void {
    this.wake?.();
  }

  /** Calls a function whenever there are new changes. */
  onChange(wake: () => void): void {
    this.wake = wake;
  }

  /** The oldest changes. */
  async read(limit: number): Promise<ItemChange[]> {
    return (await this.db.values(buildRange(PREFIX, { limit })).nextv(limit)) as ItemChange[];
  }

  async remove(changes: readonly ItemChange[]): Promise<void> {
    if (changes.length === 0) return;
    await this.db.batch(changes.map(({ sequenceNumber }) => ({ type: 'del', key: PREFIX + sequenceNumber })));
  }
}
