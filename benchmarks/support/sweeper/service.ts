import { type SweeperStore } from './store';
import type { VirtualTime } from './virtual-time';
import type { Deps, ObjectStore, StoredObject, Table } from '../../../lambda/domain/ports';
import { sweep } from '../../../lambda/domain/sweep';
import { SWEEP } from '../../../src/contract';

/** Milliseconds until the answer to a call. */
const LATENCY = { READ: 5, WRITE: 5, QUERY: 10, HEAD: 20, GET: 20, DELETE: 20, LIST: 40, SEND: 10 } as const;

/**
 * CPU time of one call of the SDK, in milliseconds of a whole vCPU: 0.6 measured without TLS. An item of an answer
 * costs a part of it.
 */
const CALL_CPU = 1;
const KEY_CPU = 0.01;
const RECORD_CPU = 0.05;

const RESERVE_MS = 15_000;
const WHOLE_CPU_MB = 1769;

/** The number of calls of each kind. */
export type Calls = Record<keyof typeof LATENCY, number>;

export function createCalls(): Calls {
  return { READ: 0, WRITE: 0, QUERY: 0, HEAD: 0, GET: 0, DELETE: 0, LIST: 0, SEND: 0 };
}

/** One sweeper's function: its calls take turns on its CPU, and then wait for their answers side by side. */
class Caller {
  private free = 0;

  constructor(private readonly time: VirtualTime, private readonly memory: number, private readonly calls: Calls) {}

  async call<T>(kind: keyof typeof LATENCY, effect: () => T, cpu = 0): Promise<T> {
    this.calls[kind]++;
    this.free = Math.max(this.free, this.time.now) + (CALL_CPU + cpu) * Math.max(1, WHOLE_CPU_MB / this.memory);
    const latency = LATENCY[kind];
    await this.time.reachTime(this.free + latency / 2);
    const result = effect();
    await this.time.reachTime(this.time.now + latency / 2);
    return result;
  }
}

export interface Uploads {
  /** The time when the object under a key arrived. */
  readonly landed: Map<string, number>;
}

function failIfCalled(): never {
  throw new Error('the sweeper does not do this');
}

function createTable(caller: Caller, store: SweeperStore): Table {
  return {
    get: failIfCalled,
    listByUser: failIfCalled,
    getMany: ids => caller.call('READ', () => ids.flatMap(id => store.rows.get(id) ?? []), ids.length * RECORD_CPU),
    write: writes => caller.call('WRITE', () => store.write(writes)),
    listDue: (partition, now, limit, behind) =>
      caller.call('QUERY', () => store.list(partition, now, limit, behind), limit * KEY_CPU),
  };
}

/** S3 with the sweeper's role: HEAD of a missing key returns 403, so a list decides. */
function createObjectStore(caller: Caller, time: VirtualTime, { landed }: Uploads): ObjectStore {
  const findObject = (key: string): StoredObject | undefined => ((landed.get(key) ?? Infinity) <= time.now
    ? { size: 3, etag: 'e' }
    : undefined);
  return {
    find: async (key, isLikelyAbsent) => {
      if (isLikelyAbsent && await caller.call('LIST', () => findObject(key)) === undefined) return undefined;
      return caller.call('HEAD', () => findObject(key));
    },
    readStart: key => caller.call('GET', () => findObject(key) && new Uint8Array(3)),
    delete: key => caller.call('DELETE', () => void landed.delete(key)),
    deleteAll: () => caller.call('LIST', () => false),
    digest: failIfCalled,
    read: failIfCalled,
    put: failIfCalled,
  };
}

/** A service with a given memory size (MiB) of the sweeper's function. */
export class SweeperService {
  readonly calls = createCalls();
  readonly running = { now: 0, most: 0 };

  constructor(
    private readonly time: VirtualTime,
    private readonly store: SweeperStore,
    private readonly uploads: Uploads,
    private readonly memory: number,
  ) {}

  /** Runs the sweeper on its schedule until `end`. */
  schedule(first: number, end: number): void {
    for (let start = first; start < end; start += SWEEP.INTERVAL_MS) {
      this.time.scheduleAction(start, () => void this.run());
    }
  }

  async run(): Promise<void> {
    this.running.most = Math.max(this.running.most, ++this.running.now);
    await sweep(
      this.createDeps(new Caller(this.time, this.memory, this.calls)), this.time.now + SWEEP.TIMEOUT_MS - RESERVE_MS,
    );
    this.running.now--;
  }

  private createDeps(caller: Caller): Deps {
    return {
      table: createTable(caller, this.store),
      objects: createObjectStore(caller, this.time, this.uploads),
      queue: { announce: () => caller.call('SEND', () => undefined) },
      signer: { upload: failIfCalled, download: failIfCalled },
      clock: { now: () => this.time.now, sleep: failIfCalled },
      randomBytes: length => Buffer.alloc(length, this.time.now % 251),
      logger: {
        debug: () => {},
        info: () => {},
        warn: (message, facts) => { throw new Error(`${message}: ${JSON.stringify(facts)} ${String(facts.error)}`); },
      },
      metrics: { count: () => {}, measure: () => {} },
      sniff: () => 'image/png',
      policy: { accept: ['image/png'], maxSize: 1000, urlTtlSeconds: 300, deletedRecordDays: 30, processing: true },
    };
  }
}
