import {
  create, type BaseStore, type Level, type Item, type Operation, type RangeOptions, type Table,
} from 'dynalite/db';
import { ChangeStream } from './change-stream';
import { buildTableNotFoundError } from './errors';
import { checkSizes } from './limits';
import { PreviousItems } from './previous-items';
import { readLots, RowStream, buildRange } from './rows';

type Callback<T> = (error: Error | null, value?: T) => void;

/** Writes of one unit of work by full key; `undefined` deletes. */
type Writes = Map<string, unknown>;

/** One of dynalite's sub-databases: the items of a table, an index, the list of tables. */
interface SubDb {
  readonly lock: (key: string, body: (release: <T>(callback: T) => T) => void) => void;
  get(key: string, callback: Callback<unknown>): void;
  put(key: string, value: unknown, callback: Callback<void>): void;
  del(key: string, callback: Callback<void>): void;
  createKeyStream(options: RangeOptions): RowStream<string>;
  createValueStream(options: RangeOptions): RowStream<unknown>;
}

const TABLES = 'table~';

export interface StoreOptions {
  /** Folder of the tables. Default: in memory. */
  readonly path?: string;
  readonly lagMs?: number;
  /** The table whose changes are kept until they are removed. Default: none. */
  readonly streamOf?: string;
}

/**
 * Stands in for dynalite's store. Its actions write an item and each of its index rows one by one, so a crash
 * between two of them tears the table. Here they write into a unit of work that reaches LevelDB as one batch, which
 * LevelDB applies whole or not at all: one item or a hundred, a transaction needs nothing more.
 */
export class Store {
  static async open({ path, lagMs = 0, streamOf }: StoreOptions = {}): Promise<Store> {
    const base = create({ path, createTableMs: 0, deleteTableMs: 0 });
    await base.db.open();
    const stream = streamOf === undefined ? undefined : await ChangeStream.open(base.db, streamOf);
    return new Store(base, new PreviousItems(lagMs), stream);
  }

  private readonly tables = new Map<string, Table>();
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly base: BaseStore, private readonly previous: PreviousItems, readonly stream?: ChangeStream,
  ) {}

  /** A view that cannot write. */
  get reader(): View {
    return new View(this, this.base);
  }

  /** A view that cannot write, and reads recently written items as they were before. */
  get staleReader(): View {
    return new View(this, this.base, undefined, this.previous);
  }

  get db(): Level {
    return this.base.db;
  }

  /** Runs one unit of work at a time. Its writes are stored when it resolves, and discarded when it throws. */
  async runExclusively<T>(work: (view: View) => Promise<T>): Promise<T> {
    const result = this.turn.then(async () => this.commit(work));
    this.turn = result.catch(() => undefined);
    return result;
  }

  findTable(name: string): Table | undefined {
    const known = this.tables.get(name);
    if (known) return known;
    const stored = this.db.getSync(TABLES + name) as Table | undefined;
    if (stored) this.tables.set(name, stored);
    return stored;
  }

  async deleteRange(prefix: string): Promise<void> {
    for await (const keys of readLots(this.db.keys(buildRange(prefix)))) {
      await this.db.batch(keys.map(key => ({ type: 'del', key })));
    }
  }

  async close(): Promise<void> {
    await this.turn;
    await this.db.close();
  }

  private async commit<T>(work: (view: View) => Promise<T>): Promise<T> {
    const writes: Writes = new Map();
    const result = await work(new View(this, this.base, writes));
    if (writes.size === 0) return result;
    for (const key of writes.keys()) this.previous.keep(key, () => this.db.getSync(key));
    const changes = this.stream?.record(writes) ?? [];
    await this.db.batch([...writes].map(
      ([key, value]): Operation => value === undefined ? { type: 'del', key } : { type: 'put', key, value },
    ).concat(changes));
    if (changes.length > 0) this.stream!.announce();
    for (const key of writes.keys()) {
      if (key.startsWith(TABLES)) this.tables.delete(key.slice(TABLES.length));
    }
    return result;
  }
}

/** The store interface of dynalite's actions. */
export class View {
  constructor(
    private readonly store: Store,
    private readonly base: BaseStore,
    private readonly writes?: Writes,
    private readonly previous?: PreviousItems,
  ) {}

  get options(): BaseStore['options'] {
    return this.base.options;
  }

  get tableDb(): SubDb & BaseStore['tableDb'] {
    return {
      ...this.openTableDatabase(),
      awsAccountId: this.base.tableDb.awsAccountId,
      awsRegion: this.base.tableDb.awsRegion,
    };
  }

  getItemDb(name: string): SubDb {
    const plain = this.openSubDb(`item-${name}~`);
    return {
      ...plain,
      put: (key, value, callback) => {
        const invalid = checkSizes(value as Item, this.store.findTable(name)!);
        if (invalid) callback(invalid);
        else plain.put(key, value, callback);
      },
    };
  }

  getIndexDb(type: string, table: string, index: string): SubDb {
    return this.openSubDb(`index-${type.toLowerCase()}~${table}~${index}~`);
  }

  deleteItemDb(name: string, callback: Callback<void>): void {
    this.store.deleteRange(`item-${name}~`).then(() => callback(null), callback);
  }

  deleteIndexDb(type: string, table: string, index: string, callback: Callback<void>): void {
    this.store.deleteRange(`index-${type.toLowerCase()}~${table}~${index}~`).then(() => callback(null), callback);
  }

  deleteTagDb(_name: string, callback: Callback<void>): void {
    callback(null);
  }

  getTable(name: string, checkStatus: boolean | Callback<Table>, callback?: Callback<Table>): void {
    const done = typeof checkStatus === 'function' ? checkStatus : callback!;
    const table = this.store.findTable(name);
    if (table) done(null, table);
    else done(buildTableNotFoundError(name, checkStatus === false));
  }

  read(key: string): unknown {
    const stale = this.previous?.find(key);
    if (stale) return stale.value;
    return this.writes?.has(key) ? this.writes.get(key) : this.store.db.getSync(key);
  }

  write(key: string, value: unknown): void {
    this.writes!.set(key, value);
  }

  private openSubDb(prefix: string): SubDb {
    return {
      // Units of work run one at a time, so a lock is always free.
      lock: (_key, body) => body(callback => callback),
      get: (key, callback) => callback(null, this.read(prefix + key)),
      put: (key, value, callback) => callback(null, this.write(prefix + key, value)),
      del: (key, callback) => callback(null, this.write(prefix + key, undefined)),
      createKeyStream: options =>
        new RowStream(stripPrefix(this.store.db.keys(buildRange(prefix, options)), prefix.length)),
      createValueStream: options => new RowStream(this.store.db.values(buildRange(prefix, options)), options.limit),
    };
  }

  /** Creates and deletes tables at once: dynalite's timers would change them after the unit of work has ended. */
  private openTableDatabase(): SubDb {
    const plain = this.openSubDb(TABLES);
    return {
      ...plain,
      put: (key, value, callback) => {
        const table = structuredClone(value) as Table;
        for (const index of table.GlobalSecondaryIndexes ?? []) index.IndexStatus = 'ACTIVE';
        plain.put(key, table.TableStatus === 'DELETING' ? undefined : { ...table, TableStatus: 'ACTIVE' }, callback);
      },
    };
  }
}

function stripPrefix(iterator: ReturnType<Level['keys']>, length: number): ReturnType<Level['keys']> {
  return {
    nextv: async size => (await iterator.nextv(size)).map(key => key.slice(length)),
    close: async () => iterator.close(),
  };
}
