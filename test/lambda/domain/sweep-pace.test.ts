import { confirmImage } from '../../../lambda/domain/confirm-image';
import { createImage } from '../../../lambda/domain/create-image';
import { deleteImage } from '../../../lambda/domain/delete-image';
import type { DueKey, Write } from '../../../lambda/domain/ports';
import { sweep } from '../../../lambda/domain/sweep';
import { type ImageRecord, SWEEP, SWEEP_GROUPS } from '../../../src/contract';
import type { MemoryObjects } from '../../model/memory-objects';
import type { MemoryTable } from '../../model/memory-table';
import { startOf, World } from '../../model/world';

const MINUTE = 60_000;
const ALICE = { userId: 'alice' };
const PNG = Buffer.alloc(8, startOf('image/png'));
const CIRCUMSTANCES = { picks: [], lags: [], isSkewed: false, processing: 'on' } as const;

interface Options {
  readonly urlTtlSeconds?: number;
  readonly lags?: readonly number[];
  readonly table?: (stored: MemoryTable) => Partial<MemoryTable>;
}

const noWork = async (): Promise<unknown> => undefined;

/** A service with its sweeper, and a record of the calls. */
class Service {
  readonly world: World;
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
    this.world = new World({ ...CIRCUMSTANCES, lags: options.lags ?? [] }, { table, objects });
    this.start = this.world.clock.now;
  }

  get deps() {
    const deps = this.world.deps();
    return { ...deps, policy: { ...deps.policy, urlTtlSeconds: this.options.urlTtlSeconds ?? 300 } };
  }

  async create(key?: string): Promise<string> {
    const { image_id } = await createImage(this.deps, ALICE, { content_type: 'image/png', size: 8, tags: [] }, key);
    return image_id;
  }

  /** Uploads an image without its event. */
  upload(id: string): void {
    this.world.objects.bytes.set(this.row(id).object_key, PNG);
  }

  row(id: string): ImageRecord {
    return this.world.table.rows.get(id) as ImageRecord;
  }

  /** The group in which a record is due, and the minutes from the start until then. */
  due(id: string): [number, number] {
    const { due_at, sweep: partition } = this.row(id);
    return [Math.floor(partition! / SWEEP.SHARDS), (due_at! - this.start) / MINUTE];
  }

  pass(minutes: number): void {
    this.world.clock.advance(minutes * MINUTE);
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

const { UPLOADED, AWAITED, ABANDONED } = SWEEP_GROUPS;

describe('an abandoned create', () => {
  test('takes three visits, three writes and two looks until nothing is left to do', async () => {
    const service = new Service();
    const id = await service.create();
    service.calls = [];
    expect(await service.sweepFor(240)).toBe(3);
    expect(service.calls).toEqual(['look', 'write', 'look', 'write', 'write']);
    expect(service.row(id)).toMatchObject({ status: 'expired', expires_at: expect.any(Number) });
    expect(service.row(id).due_at).toBeUndefined();
  });

  test('waits apart from uploads and deleted images, which it must not delay', async () => {
    const service = new Service();
    const [abandoned, uploaded, deleted] = [await service.create(), await service.create(), await service.create()];
    service.upload(uploaded);
    await confirmImage(service.deps, ALICE, uploaded);
    await deleteImage(service.deps, ALICE, deleted);
    expect([abandoned, uploaded, deleted].map(id => service.due(id)[0])).toEqual([AWAITED, UPLOADED, UPLOADED]);
    service.pass(9);
    await service.sweep();
    expect(service.due(abandoned)).toEqual([ABANDONED, 65]);
    service.pass(56);
    await service.sweep();
    expect(service.due(abandoned)).toEqual([ABANDONED, 125]);
  });
});

describe('the looks for an upload', () => {
  test.each([
    [120, [6]],
    [300, [9]],
    [900, [9, 18, 19]],
  ])(
    'of a URL of %i seconds come at most nine minutes apart, until four minutes after its end',
    async (urlTtlSeconds, minutes) => {
      const service = new Service({ urlTtlSeconds });
      const id = await service.create();
      const dates: number[] = [];
      for (let [group, minute] = service.due(id); group === AWAITED; [group, minute] = service.due(id)) {
        dates.push(minute);
        service.world.clock.advance(service.row(id).due_at! - service.world.clock.now);
        await service.sweep();
      }
      expect(dates).toEqual(minutes);
      expect(service.due(id)).toEqual([ABANDONED, urlTtlSeconds / 60 + 60]);
    },
  );

  test('come for a renewed URL as for a new one', async () => {
    const service = new Service();
    const id = await service.create('key');
    service.pass(9);
    await service.sweep();
    service.pass(21);
    await service.create('key');
    expect(service.due(id)).toEqual([AWAITED, 39]);
    service.pass(9);
    await service.sweep();
    expect(service.due(id)).toEqual([ABANDONED, 95]);
  });

  test('are not put off by a client that renews its URL again and again', async () => {
    const service = new Service();
    const id = await service.create('key');
    for (let minute = 0; minute < 9; minute += 3) {
      service.pass(3);
      await service.create('key');
      expect(service.due(id)).toEqual([AWAITED, 9]);
    }
    await service.sweep();
    expect(service.due(id)).toEqual([AWAITED, 18]);
  });

  test('keep the date of a URL that was renewed while the sweeper looked', async () => {
    const service = new Service();
    const id = await service.create('key');
    service.pass(20);
    service.afterLook = async () => service.create('key');
    await service.sweep();
    service.afterLook = noWork;
    service.pass(5);
    await service.sweep();
    expect(service.due(id)).toEqual([AWAITED, 29]);
  });

  test('let no record expire whose URL was renewed while the sweeper looked', async () => {
    const service = new Service();
    const id = await service.create('key');
    service.pass(70);
    service.afterLook = async () => service.create('key');
    await service.sweep();
    expect(service.row(id)).toMatchObject({ status: 'pending', url_until: service.world.clock.now + 300_000 });
  });

  test('keep a date that the sweeper moved while a client renewed its URL', async () => {
    let move = noWork;
    const service = new Service({
      table: stored => ({
        write: async writes => {
          const isRenewal = writes.some(write => 'update' in write && write.set.url_until !== undefined);
          if (isRenewal) await move();
          return stored.write(writes);
        },
      }),
    });
    const id = await service.create('key');
    service.pass(9);
    move = async () => {
      move = noWork;
      return service.sweep();
    };
    await service.create('key');
    expect(service.due(id)).toEqual([AWAITED, 18]);
  });
});

describe('a run of the sweeper', () => {
  const MANY = 1050;

  async function withMany(options: Options = {}): Promise<Service> {
    const service = new Service(options);
    for (let n = 0; n < MANY; n++) await service.create();
    service.pass(9);
    return service;
  }

  test('visits every record that is due, though the index lags behind its visits', async () => {
    const service = await withMany({ lags: [5000] });
    expect(await service.sweep()).toEqual({ visited: MANY, failed: 0 });
    expect(await service.sweep()).toEqual({ visited: 0, failed: 0 });
  });

  test('goes on behind a whole page of records that the index lists though they were visited', async () => {
    const service = new Service({
      table: stored => ({
        listDue: async (partition, now, limit, behind) => {
          const visited = Array.from({ length: limit }, (_, n) => ({ image_id: `visited${n}`, due_at: n }));
          return behind === undefined ? visited : stored.listDue(partition, now, limit, behind);
        },
      }),
    });
    await service.create();
    service.pass(9);
    expect((await service.sweep()).visited).toBe(1);
  });

  test('goes on behind records that fail, and visits those again after an interval', async () => {
    const service = await withMany();
    const bad = [...service.world.table.rows.values()].slice(0, 3) as ImageRecord[];
    service.afterLook = async key => {
      if (bad.some(row => row.object_key === key)) {
        throw new Error('injected: no answer');
      }
    };
    expect(await service.sweep()).toEqual({ visited: MANY - 3, failed: 3 });
    for (const { image_id } of bad) expect(service.due(image_id)).toEqual([AWAITED, 14]);
  });

  test('goes on where one partition cannot be listed, and fails in the end', async () => {
    const service = await withMany({
      table: stored => ({
        listDue: async (partition: number, ...rest: [number, number, DueKey?]) => {
          if (partition === AWAITED * SWEEP.SHARDS) throw new Error('injected: throttled');
          return stored.listDue(partition, ...rest);
        },
      }),
    });
    await expect(service.sweep()).rejects.toThrow('throttled');
    const groups = [...service.world.table.rows.keys()].map(id => service.due(id)[0]);
    expect(groups.filter(group => group === ABANDONED).length).toBeGreaterThan(MANY / 2);
  });

  test('goes on where records cannot be read', async () => {
    let reads = 0;
    const service = await withMany({
      table: stored => ({
        getMany: async ids => {
          if (reads++ === 0) throw new Error('injected: throttled');
          return stored.getMany(ids);
        },
      }),
    });
    expect(await service.sweep()).toEqual({ visited: MANY - 100, failed: 100 });
  });

  test('begins no visit when its deadline has come, and ends those under way', async () => {
    const service = await withMany();
    let looks = 0;
    service.afterLook = async () => { if (++looks === 40) service.pass(1); };
    service.calls = [];
    const { visited } = await service.sweep(service.world.clock.now + MINUTE);
    expect(visited).toBe(service.calls.filter(call => call === 'write').length);
    expect(visited).toBe(looks);
    expect(visited).toBeLessThan(60);
  });

  test('leaves records that become due meanwhile to the next run', async () => {
    const service = new Service();
    const [first, second] = [await service.create(), (service.pass(1), await service.create())];
    service.pass(8);
    service.afterLook = async () => service.pass(2);
    expect((await service.sweep()).visited).toBe(1);
    expect([first, second].map(id => service.due(id)[0])).toEqual([ABANDONED, AWAITED]);
  });
});
