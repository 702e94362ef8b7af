import { createCalls, SweeperService, type Uploads } from './service';
import { SweeperStore } from './store';
import { VirtualTime } from './virtual-time';
import { computeTenantSegment, computeUserSegment } from '../../../lambda/domain/caller';
import { scheduleSoon, scheduleCheck } from '../../../lambda/domain/due-dates';
import { applyWrites, expireWrites } from '../../../lambda/domain/image-states';
import { keepPendingWrites } from '../../../lambda/domain/same-state-writes';
import { type ImageRecord, buildOriginalKey, SWEEP } from '../../../src/contract';

const SECOND = 1000;
const MINUTE = 60_000;
const START = Date.parse('2026-01-01T00:00:00.000Z');
/** Long enough to show a backlog that grows without end. */
const WARM_UP_MS = 40 * MINUTE;
const MEASURED_MS = 20 * MINUTE;
const END = START + WARM_UP_MS + MEASURED_MS;
/** An index shows a write after this delay. */
const LAG_MS = 1000;
const URL_TTL_MS = 300 * SECOND;
/** Shortest, default and longest lifetime of an upload URL. */
const TTLS_MS = [120 * SECOND, URL_TTL_MS, 900 * SECOND];

const ALICE = { userId: 'alice' };
const SEGMENTS = [computeTenantSegment(ALICE), computeUserSegment(ALICE)] as const;

/** A record that `POST /images` writes. */
function createRecord(image_id: string, now: number, ttl = URL_TTL_MS): ImageRecord {
  const url_until = now + ttl;
  return {
    image_id,
    owner: 'alice',
    updated_at: new Date(now).toISOString(),
    status: 'pending',
    version: 1,
    object_key: buildOriginalKey(...SEGMENTS, image_id, 'n'),
    url_until,
    content_type: 'image/png',
    size: 3,
    ...scheduleCheck({ image_id, url_until }, now),
  };
}

export interface Waits {
  /** Durations from an upload with a lost event to its confirmation. */
  readonly lostEvents: number[];
  /** Durations from the due date of a record in `processing` or `deleting` to its sweep. */
  readonly others: number[];
  /** Durations from the due date of an abandoned create's expiry or settling to that sweep. */
  readonly abandoned: number[];
}

export interface Course extends Waits {
  /** Sweeps of records per second of the measured time. */
  readonly rate: number;
  /** The maximum number of sweepers that ran at the same time. */
  readonly sweepers: number;
}

/**
 * Makes `rate` abandoned creates a second, beside one upload with a lost event, one record stuck in `processing` and
 * one deleted record.
 */
export class SweeperLoad {
  private readonly time = new VirtualTime(START);
  private readonly uploads: Uploads = { landed: new Map() };
  private readonly waits: Waits = { lostEvents: [], others: [], abandoned: [] };
  private readonly store = new SweeperStore(this.time, LAG_MS, END, (before, row) => this.recordChange(before, row));
  private visits = 0;
  private serial = 0;

  constructor(private readonly rate: number, private readonly memory: number, private readonly progress: () => void) {}

  async play(): Promise<Course> {
    const service = new SweeperService(this.time, this.store, this.uploads, this.memory);
    for (let second = START; second < END; second += SECOND) this.time.scheduleAction(second, () => this.bring(second));
    for (let minute = START; minute < END; minute += 5 * MINUTE) this.time.scheduleAction(minute, this.progress);
    service.schedule(START + SWEEP.INTERVAL_MS, END);
    await this.time.run(END);
    this.recordOverdue();
    return { ...this.waits, rate: this.visits / (MEASURED_MS / SECOND), sweepers: service.running.most };
  }

  /** Adds records to the store when they are due: before, nothing happens to them. */
  private bring(now: number): void {
    for (let n = 0; n < this.rate; n++) {
      const due = now + Math.floor((n * SECOND) / this.rate);
      const first = createRecord(this.generateId(), due - (SWEEP.LAST_LOOK_MS + URL_TTL_MS));
      const awaiting = createRecord(this.generateId(), due - SWEEP.GRACE_MS - URL_TTL_MS);
      const old = createRecord(this.generateId(), due - 2 * SWEEP.GRACE_MS - URL_TTL_MS);
      const settling = applyWrites(old, expireWrites(old, due - SWEEP.GRACE_MS, { due_at: old.due_at! }));
      for (const row of [first, applyWrites(awaiting, keepPendingWrites(awaiting, awaiting.due_at!)), settling]) {
        this.store.add(row);
      }
    }
    this.bringOthers(now);
  }

  private bringOthers(now: number): void {
    const ttl = TTLS_MS[(now / SECOND) % TTLS_MS.length];
    const lost = createRecord(this.generateId(), now, ttl);
    // Spread over the URL's lifetime; the last upload begins just before the URL expires.
    this.uploads.landed.set(lost.object_key, now + ((now / SECOND) % 97) * Math.floor((ttl - 1) / 96));
    const stuck = { ...createRecord(this.generateId(), now - SWEEP.INTERVAL_MS), status: 'processing' as const };
    const gone = { ...createRecord(this.generateId(), now - SWEEP.INTERVAL_MS), status: 'deleting' as const };
    this.store.add(lost);
    for (const row of [stuck, gone]) this.store.add({ ...row, ...scheduleSoon(row, now - SWEEP.INTERVAL_MS) });
  }

  private generateId(): string {
    return `i${(this.serial++).toString(36).padStart(8, '0')}`;
  }

  private recordChange(before: ImageRecord, { status }: ImageRecord): void {
    if (this.time.now < START + WARM_UP_MS) return;
    this.visits++;
    const landed = this.uploads.landed.get(before.object_key);
    if (before.status === 'pending' && status === 'processing') this.waits.lostEvents.push(this.time.now - landed!);
    else if (landed === undefined) this.recordWait(before, this.time.now - before.due_at!);
  }

  private recordWait({ status, sweep }: ImageRecord, wait: number): void {
    if (wait < 0) return;
    if (status === 'processing' || status === 'deleting') this.waits.others.push(wait);
    else if (sweep! >= 2 * SWEEP.SHARDS) this.waits.abandoned.push(wait);
  }

  /** At the end, also counts the waits of overdue records that no sweeper has reached. */
  private recordOverdue(): void {
    for (const row of this.store.rows.values()) {
      const landed = this.uploads.landed.get(row.object_key) ?? Infinity;
      if (row.status === 'pending' && landed <= this.time.now) this.waits.lostEvents.push(this.time.now - landed);
      else if (row.due_at! <= this.time.now) this.recordWait(row, this.time.now - row.due_at!);
    }
  }
}

/** The cost of the whole life of one abandoned create: calls and sweeps (`visits`). */
export async function measureCostOfOne(): Promise<{
  calls: ReturnType<typeof createCalls>;
  visits: number;
  status: string;
}> {
  const end = START + 4 * SWEEP.GRACE_MS;
  const time = new VirtualTime(START);
  let [visits, status] = [0, ''];
  const store = new SweeperStore(time, LAG_MS, end, (_, row) => {
    visits++;
    status = row.status;
  });
  store.add(createRecord('i0', START));
  const service = new SweeperService(time, store, { landed: new Map() }, 1769);
  service.schedule(START + SWEEP.INTERVAL_MS, end);
  await time.run(end);
  return { calls: service.calls, visits, status };
}
