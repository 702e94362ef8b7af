import { MINUTE, Service, type Options } from './swept-service';
import type { DueKey } from '../../../lambda/domain/ports';
import { type ImageRecord, SWEEP, SWEEP_GROUPS } from '../../../src/contract';

const { AWAITED, ABANDONED } = SWEEP_GROUPS;

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
    expect(await service.sweep()).toMatchObject({ visited: MANY, failed: 0 });
    expect(await service.sweep()).toEqual({ visited: 0, failed: 0, longestDelayMs: 0 });
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
    const bad = [...service.simulated.table.rows.values()].slice(0, 3) as ImageRecord[];
    service.afterLook = async key => {
      if (bad.some(row => row.object_key === key)) {
        throw new Error('injected: no answer');
      }
    };
    expect(await service.sweep()).toMatchObject({ visited: MANY - 3, failed: 3 });
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
    const groups = [...service.simulated.table.rows.keys()].map(id => service.due(id)[0]);
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
    expect(await service.sweep()).toMatchObject({ visited: MANY - 100, failed: 100 });
  });

  test('begins no visit when its deadline has come, and ends those under way', async () => {
    const service = await withMany();
    let looks = 0;
    service.afterLook = async () => { if (++looks === 40) service.pass(1); };
    service.calls = [];
    const { visited } = await service.sweep(service.simulated.clock.now + MINUTE);
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
