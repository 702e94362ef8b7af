import { idAt, keyOf, NOW, Operator, row } from './operator';
import { applyWrites, failWrites } from '../../../../lambda/domain/image-states';
import { operate } from '../../../../lambda/domain/operate/operate';

describe('redrive', () => {
  test('queues what each message asked for again, then removes the message', async () => {
    const claimed = row(1, { status: 'processing', tries: 5, claim_until: NOW + 9 });
    const operator = await new Operator().add(
      applyWrites(claimed, failWrites(claimed, 'DiskFull', NOW, true)), row(2), row(3, { status: 'processing' }),
    );
    [1, 2, 3, 4].forEach(
      n => operator.message(idAt(n), { uploads: [{ object_key: keyOf(idAt(n)), remake: 'changed' }] }),
    );
    expect(await operator.ask({ command: 'redrive' })).toMatchObject({
      done: true, seen: 4, queued: 4, skipped: 0, left: {}, image_ids: [1, 2, 3, 4].map(idAt),
    });
    expect(new Map(operator.announced.map(({ object_key, remake }) => [object_key, remake])))
      .toEqual(new Map([1, 2, 3, 4].map(n => [keyOf(idAt(n)), n === 2 ? 'changed' : undefined])));
    expect(operator.removed.sort()).toEqual([1, 2, 3, 4].map(idAt));
    expect(await operator.table.get(idAt(1))).toMatchObject({ status: 'processing' });
    expect(await operator.table.get(idAt(1))).not.toHaveProperty('claim_until');
  });

  test('logs the status of each image before it', async () => {
    const request_id = '0b3c1d2e-0000-4000-8000-000000000001';
    const operator = await new Operator().add(row(1, { status: 'failed', request_id }), row(2));
    [1, 2, 3].forEach(n => operator.message(idAt(n)));
    await operator.ask({ command: 'redrive' });
    expect(new Set(operator.infos)).toEqual(new Set([
      { image_id: idAt(1), request_id, status: 'failed', command: 'redrive' },
      { image_id: idAt(2), request_id: undefined, status: 'ready', command: 'redrive' },
    ]));
  });

  test('leaves an image to the sweeper for as long as that may delete its variants', async () => {
    const operator = await new Operator().add(row(1, { status: 'failed', tries: 5, claim_until: NOW + 9 }));
    operator.message(idAt(1));
    expect(await operator.ask({ command: 'redrive' })).toMatchObject({ done: true, queued: 1 });
    expect(await operator.table.get(idAt(1))).toMatchObject({ status: 'processing', claim_until: NOW + 9 });
  });

  test('leaves foreign messages, and those that failed again since it began, and ends', async () => {
    const operator = await new Operator().add(row(1, { status: 'failed' }));
    operator.message('junk', { uploads: undefined });
    operator.message(idAt(1), { sentAt: NOW + 1 });
    expect(await operator.ask({ command: 'redrive' })).toMatchObject({
      done: true, seen: 2, queued: 0, skipped: 2, left: { 'none of ours': 1, 'given up again': 1 }, image_ids: [],
    });
    expect([operator.removed, operator.announced, operator.warnings]).toEqual([[], [], [{ message_id: 'junk' }]]);
  });

  test('names some of the images that it queued, each once', async () => {
    const operator = new Operator();
    [...Array.from({ length: 30 }, (_, n) => n), 0].forEach(n => operator.message(idAt(n)));
    expect(await operator.ask({ command: 'redrive' })).toMatchObject({
      queued: 31, image_ids: Array.from({ length: 20 }, (_, n) => idAt(n)),
    });
  });

  test('takes no more at once than its rate allows', async () => {
    const operator = new Operator();
    Array.from({ length: 7 }, (_, n) => operator.message(idAt(n)));
    const taken: number[] = [];
    const { receiveDeadLetters } = operator.deps.queues;
    const queues = {
      ...operator.deps.queues,
      receiveDeadLetters: async (most: number) => { taken.push(most); return receiveDeadLetters(most); },
    };
    await operate({ ...operator.deps, queues }, { command: 'redrive', rate: 2 }, Infinity);
    expect([Math.max(...taken), operator.slept, operator.removed.length]).toEqual([2, 3500, 7]);
  });

  test('continues where it ended, with the time of its begin', async () => {
    const operator = new Operator();
    Array.from({ length: 7 }, (_, n) => operator.message(idAt(n)));
    const first = await operator.ask({ command: 'redrive', rate: 1 }, NOW);
    expect(first).toMatchObject({ done: false, seen: 1, cursor: new Date(NOW).toISOString() });
    expect(await operator.ask({ command: 'redrive', cursor: first.cursor })).toMatchObject({
      done: true, seen: 6, queued: 6,
    });
    await expect(operator.ask({ command: 'redrive', cursor: 'x' })).rejects.toThrow(
      'cursor must come from an earlier answer to a redrive; repeat the command without it',
    );
  });
});
