import { Stream } from 'node:stream';
import type { Iterator, RangeOptions } from 'dynalite/db';

/** Rows per fetch if the caller sets no limit. */
const LOT = 256;
/** LevelDB's default of 16 KiB would split a page of 100 rows into many fetches. */
const LOT_BYTES = 2 ** 20;

/** Converts dynalite's bounds, which are relative to a sub-database, to the shared key space. */
export function buildRange(prefix: string, options: RangeOptions = {}): RangeOptions {
  const { gt, gte, lt, lte, reverse = false, limit = -1 } = options;
  const lower = gt === undefined ? { gte: prefix + (gte ?? '') } : { gt: prefix + gt };
  const upper = lte === undefined ? { lt: prefix + (lt ?? '\u{10ffff}') } : { lte: prefix + lte };
  return { ...lower, ...upper, reverse, limit, highWaterMarkBytes: LOT_BYTES };
}

export async function* readLots<T>(iterator: Iterator<T>, size = LOT): AsyncGenerator<T[]> {
  try {
    for (let lot = await iterator.nextv(size); lot.length > 0; lot = await iterator.nextv(size)) yield lot;
  } finally {
    await iterator.close();
  }
}

/** A classic stream for dynalite's lazy lists. It emits `data` and `end`, and stops once destroyed. */
export class RowStream<T> extends Stream {
  private done = false;

  constructor(iterator: Iterator<T>, limit = -1) {
    super();
    this.pump(readLots(iterator, limit > 0 ? limit : LOT)).catch(error => this.emit('error', error));
  }

  destroy(): void {
    this.done = true;
  }

  private async pump(source: AsyncGenerator<T[]>): Promise<void> {
    for await (const lot of source) {
      for (const row of lot) {
        if (this.done) return;
        this.emit('data', row);
      }
    }
    this.emit('end');
  }
}
