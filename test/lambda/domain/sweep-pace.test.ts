import { ALICE, noWork, Service } from './swept-service';
import { confirmImage } from '../../../lambda/domain/confirm-image';
import { deleteImage } from '../../../lambda/domain/delete-image';
import { SWEEP_GROUPS } from '../../../src/contract';

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
        service.simulated.clock.advance(service.row(id).due_at! - service.simulated.clock.now);
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
    expect(service.row(id)).toMatchObject({ status: 'pending', url_until: service.simulated.clock.now + 300_000 });
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
