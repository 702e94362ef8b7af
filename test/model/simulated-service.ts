import { Clock } from './clock';
import { MemoryCdn, memoryLeases } from './memory-cdn';
import { memoryImaging, createMemoryRejections, MemoryScanner, SETS } from './memory-imaging';
import { MemoryObjects } from './memory-objects';
import { MemoryQueue } from './memory-queue';
import { MemoryTable } from './memory-table';
import { type Fault, isInjected, Process } from './process';
import { type Pick, Turns } from './turns';
import type {
  ObjectStore, OperatorDeps, OperatorQueues, Scanner, SharingDeps, SurplusQueue, Table, TableScan, UploadQueue,
} from '../../lambda/domain/ports';
import { parseImageId, IMAGE_TYPES, type ImageType, SWEEP } from '../../src/contract';
import type { Finding } from '../audit/finding';
import { History } from '../audit/history';
import type { Deletion } from '../audit/object-rules';
import { QUIET } from '../support/quiet-logger';

export const CLAIM_MS = 60_000;
/** Uploads of one owner that workers of the upload queue process at once. */
export const OWNER_SHARE = 1;

export const MAX_SKEW_MS = 15 * 60_000;

/** Replacements that a planted bug puts between the domain and the stores. */
export interface Broken {
  readonly table?: (table: MemoryTable) => Table;
  readonly objects?: (objects: MemoryObjects) => ObjectStore;
  readonly queue?: (queue: MemoryQueue) => UploadQueue;
  /** `false`: the sweeper never runs. */
  readonly sweeps?: boolean;
}

export interface Circumstances {
  readonly picks: readonly Pick[];
  readonly lags: readonly number[];
  /** Whether clocks of processes may be wrong by `MAX_SKEW_MS`. */
  readonly isSkewed: boolean;
  /**
   * Whether workers process uploads now, only after the next deployment, or never. `unheard`: only the sweeper tells
   * them of uploads.
   */
  readonly processing: 'off' | 'later' | 'on' | 'unheard';
  /** Whether variants are delivered by a CDN. */
  readonly hasCdn?: boolean;
}

/** An upload in work, until the end of its worker's longest run. */
export interface UploadInWork {
  readonly owner: string | undefined;
  readonly isSurplus: boolean;
  readonly until: number;
}

/** Workers process uploads at once, clocks are right, and reads of the index are never stale. */
const DEFAULTS: Circumstances = { picks: [], lags: [], isSkewed: false, processing: 'on' };

const START = Date.parse('2026-01-01T00:00:00.000Z');

/** The service in memory: its stores, its clock, and its acknowledgements. */
export class SimulatedService {
  readonly clock = new Clock(START);
  readonly turns: Turns;
  readonly table: MemoryTable;
  readonly queue: MemoryQueue;
  readonly objects: MemoryObjects;
  readonly history = new History(() => this.clock.now);
  readonly skew: number;
  readonly scanner: MemoryScanner;
  readonly cdn = new MemoryCdn();
  /** The number of running workers, by release. */
  working = 0;
  readonly inWork = new Set<UploadInWork>();
  /** Errors without an injected cause. */
  readonly surprises: Finding[] = [];
  /** The number of redeployments. */
  release = 0;
  /** Deleted originals, and the status of their own records at that time. */
  readonly deletions: Deletion[] = [];
  /** Items that a compromised function wrote. */
  readonly forged = new Set<string>();
  private drawn = 0;
  private readonly circumstances: Circumstances;

  constructor(circumstances: Partial<Circumstances> = {}, readonly broken: Broken = {}) {
    this.circumstances = { ...DEFAULTS, ...circumstances };
    const { picks, lags, isSkewed } = this.circumstances;
    this.queue = new MemoryQueue(this.clock);
    this.objects = new MemoryObjects(this.clock, key => {
      this.tell(key);
      this.scanner.landed(key);
    }, key => this.noteDeletion(key));
    this.scanner = new MemoryScanner(this.clock, this.objects, key => this.tell(key));
    this.turns = new Turns(this.clock, [...picks]);
    this.table = new MemoryTable(this.clock, lags.length > 0 ? lags : [0]);
    this.skew = isSkewed ? MAX_SKEW_MS : 0;
  }

  process(faults: readonly Fault[] = []): Process {
    return new Process(this.clock, this.turns, faults);
  }

  get hasCdn(): boolean {
    return this.circumstances.hasCdn ?? false;
  }

  get isProcessing(): boolean {
    const { processing } = this.circumstances;
    return processing === 'later' ? this.release > 0 : processing !== 'off';
  }

  /** Whether each upload meets a scanner. Images that became ready before the scanner was added stay ready. */
  get isScanned(): boolean {
    return this.circumstances.processing === 'on' || this.circumstances.processing === 'unheard';
  }

  get set() {
    return SETS[this.release];
  }

  /**
   * Deploys another release with another set. It waits for running workers: two releases could overwrite each other's
   * bytes of one image.
   */
  deploy(): void {
    if (this.working === 0) this.release = Math.min(this.release + 1, SETS.length - 1);
  }

  /**
   * The domain's dependencies in one process with a clock error of `skew`; without a process, no faults are injected.
   */
  deps(process?: Process, skew = 0): SharingDeps {
    const table: Table = this.broken.table?.(this.table) ?? this.table;
    const objects: ObjectStore = this.broken.objects?.(this.objects) ?? this.objects;
    const queue: UploadQueue = this.broken.queue?.(this.queue) ?? this.queue;
    const imaging = memoryImaging(this.set);
    const rejectionCache = createMemoryRejections(this.table, this.clock);
    return {
      table: process?.meets(table) ?? table,
      objects: process?.meets(objects) ?? objects,
      queue: process?.meets(queue) ?? queue,
      imaging,
      scanner: process?.meets<Scanner>(this.scanner) ?? this.scanner,
      rejectionCache: process?.meets(rejectionCache) ?? rejectionCache,
      claimMs: CLAIM_MS,
      share: OWNER_SHARE,
      // No faults here: a worker that dies anywhere never frees its slot.
      slots: memoryLeases(this.table, this.clock),
      surplus: process?.meets<SurplusQueue>(this.queue) ?? this.queue,
      cdn: this.hasCdn ? process?.meets(this.cdn.queue) ?? this.cdn.queue : undefined,
      signer: {
        upload: async ({ key }) => ({ url: key, headers: {} }),
        download: async ({ key }) => key,
      },
      clock: { now: () => this.clock.now + skew, sleep: async ms => process?.sleep(ms) },
      randomBytes: length => this.randomBytes(length),
      logger: { ...QUIET, warn: (message, facts) => this.warn(message, facts) },
      metrics: { count: () => {}, measure: () => {} },
      sniff: start => IMAGE_TYPES[start[0]],
      policy: {
        accept: [...IMAGE_TYPES],
        maxSize: 1000,
        urlTtlSeconds: 300,
        deletedRecordDays: 30,
        processing: this.isProcessing,
      },
    };
  }

  /** The dependencies of an operator's request in one process. */
  operatorDeps(process?: Process, skew = 0): OperatorDeps {
    const scan: TableScan = process?.meets<TableScan>(this.table) ?? this.table;
    const queues: OperatorQueues = process?.meets<OperatorQueues>(this.queue) ?? this.queue;
    return { ...this.deps(process, skew), queues, scan, variants: this.set };
  }

  /** A PUT beyond the allowed time must leave nothing behind, if it lands within the grace period after expiry. */
  mayLandLate(key: string): boolean {
    const expiredAt = this.table.expiries.get(key);
    return expiredAt !== undefined && this.clock.now < expiredAt + SWEEP.GRACE_MS - 2 * this.skew;
  }

  private noteDeletion(key: string): void {
    const row = this.table.rows.get(parseImageId(key) ?? '');
    if (row && 'object_key' in row && row.object_key === key) this.deletions.push({ key, status: row.status });
  }

  private tell(key: string): void {
    const isHeard = this.circumstances.processing === 'on'
      || (this.circumstances.processing === 'later' && this.isProcessing);
    if (isHeard) void this.queue.announce(key);
  }

  private warn(message: string, { image_id, error }: Readonly<Record<string, unknown>>): void {
    // A warning without an error reports a decision.
    if (error !== undefined && !isInjected(error)) {
      this.surprises.push({ invariant: 'I2', subject: String(image_id), problem: `${message}: ${error}` });
    }
  }

  /** Never repeats a value within a run, and gives equal values in each replay. */
  private randomBytes(length: number): Uint8Array {
    const bytes = Buffer.alloc(Math.max(length, 6));
    bytes.writeUIntBE(++this.drawn * 7919, bytes.length - 6, 6);
    return bytes.subarray(bytes.length - length);
  }
}

/** The sniffer of the model: the first byte names the type. */
export function startOf(type: ImageType | undefined): number {
  return type === undefined ? 255 : IMAGE_TYPES.indexOf(type);
}
