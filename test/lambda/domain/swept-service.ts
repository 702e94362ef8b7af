import { createImage } from '../../../lambda/domain/create-image';
import type { Write } from '../../../lambda/domain/ports';
import { sweep } from '../../../lambda/domain/sweep';
import { type ImageRecord, SWEEP } from '../../../src/contract';
import type { MemoryObjects } from '../../model/memory-objects';
import type { MemoryTable } from '../../model/memory-table';
import { startOf, SimulatedService } from '../../model/simulated-service';

export const MINUTE = 60_000;
export const ALICE = { userId: 'alice' };
const PNG = Buffer.alloc(8, startOf('image/png'));

export interface Options {
  readonly urlTtlSeconds?: number;
  readonly lags?: readonly number[];
  readonly table?: (stored: MemoryTable) => Partial<MemoryTable>;
}

export const noWork = async (): Promise<unknown> => undefined;

/** A service with its sweeper, and a record of the calls. */
export class Service {
  readonly simulated: SimulatedService;
  calls: string[] = [];
  /** Runs after each look for an object, and may make it fail. */
  afterLook: (key: string) => Promise<unknown> = noWork;
  private readonly start: number;

  constructor(private readonly options: Options = {}) {
    const table = (stored: MemoryTable) =>
      Object.assign(Object.create(stored) as MemoryTable, this.counting(stored), options.table?.(stored));
    const objects = (stored: MemoryObjects) => Object.assign(Object.create(stored) as MemoryObjects, {
      find: async (key: string) => this.look(stored, key),
    });
    this.simulated = new SimulatedService({ lags: options.lags ?? [] }, { table, objects });
    this.start = this.simulated.clock.now;
  }

  get deps() {
    const deps = this.simulated.deps();
    return { ...deps, policy: { ...deps.policy, urlTtlSeconds: this.options.urlTtlSeconds ?? 300 } };
  }

  async create(key?: string): Promise<string> {
    const { image_id } = await createImage(this.deps, ALICE, { content_type: 'image/png', size: 8, tags: [] }, { key });
    return image_id;
  }

  /** Uploads an image without its event. */
  upload(id: string): void {
    this.simulated.objects.bytes.set(this.row(id).object_key, PNG);
  }

  row(id: string): ImageRecord {
    return this.simulated.table.rows.get(id) as ImageRecord;
  }

  /** The group in which a record is due, and the minutes from the start until then. */
  due(id: string): [number, number] {
    const { due_at, sweep: partition } = this.row(id);
    return [Math.floor(partition! / SWEEP.SHARDS), (due_at! - this.start) / MINUTE];
  }

  pass(minutes: number): void {
    this.simulated.clock.advance(minutes * MINUTE);
  }

  async sweep(deadline = Infinity) {
    return sweep(this.deps, deadline);
  }

  /** Runs the sweeper on its schedule, and returns the number of swept records. */
  async sweepFor(minutes: number): Promise<number> {
    let visits = 0;
    for (let minute = 0; minute < minutes; minute += 5) {
      this.pass(5);
      visits += (await this.sweep()).visited;
    }
    return visits;
  }

  private counting(stored: MemoryTable) {
    return {
      write: async (writes: readonly Write[]) => {
        this.calls.push('write');
        return stored.write(writes);
      },
    };
  }

  private async look(stored: MemoryObjects, key: string) {
    this.calls.push('look');
    const found = await stored.find(key);
    await this.afterLook(key);
    return found;
  }
}
