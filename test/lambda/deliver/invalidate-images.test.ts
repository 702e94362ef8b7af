import { invalidateImages, PATHS_PER_CALL } from '../../../lambda/domain/deliver/invalidate-images';
import { invalidateBatch } from '../../../lambda/runtime/invalidation-batch';
import { DELIVERY, type ImageRecord, type Invalidation } from '../../../src/contract';
import { Clock } from '../../model/clock';
import { MemoryTable } from '../../model/memory-table';

const START = Date.UTC(2026, 0);

class Invalidator {
  readonly clock = new Clock(START);
  readonly table = new MemoryTable(this.clock);
  readonly calls: (readonly string[])[] = [];
  private readonly deps = {
    metrics: { count: () => {}, measure: () => {} },
    table: this.table,
    distribution: {
      invalidate: async (paths: readonly string[]) => {
        const isAccepted = this.answer(paths);
        if (isAccepted) this.calls.push(paths);
        return isAccepted;
      },
    },
    randomBytes: (length: number) => Buffer.alloc(length),
    clock: { now: () => this.clock.now, sleep: async (ms: number) => this.clock.advance(ms) },
    logger: { warn: () => undefined },
  };

  answer: (paths: readonly string[]) => boolean = () => true;

  async deleted(count: number, userOf: (n: number) => string = () => 'alice'): Promise<Invalidation[]> {
    return Promise.all(Array.from({ length: count }, async (_, n) => {
      const row = {
        image_id: `01IMAGE${n}`,
        status: 'deleting',
        invalidate: 7,
        object_key: `originals/_/${userOf(n)}/01IMAGE${n}/nonce`,
      } as ImageRecord;
      await this.table.write([{ put: row, guard: 'absent' }]);
      return { image_id: row.image_id, object_key: row.object_key, mark: 7 };
    }));
  }

  run(asked: readonly Invalidation[], seconds = 60): Promise<Invalidation[]> {
    return invalidateImages(this.deps, asked, this.clock.now + seconds * 1000);
  }

  waiting(): number {
    return [...this.table.rows.values()].filter(row => 'invalidate' in row).length;
  }
}

test('100 images that one user deletes at once become one path, and all are settled', async () => {
  const invalidator = new Invalidator();
  expect(await invalidator.run(await invalidator.deleted(100))).toEqual([]);
  expect([invalidator.calls, invalidator.waiting()]).toEqual([[['/_/alice/*']], 0]);
});

test('in whatever batches they come, they are fewer paths than CloudFront takes at a time', async () => {
  const invalidator = new Invalidator();
  const asked = await invalidator.deleted(100);
  const batches = [7, 13, 5, 40, 25, 10].map(
    (size, i, sizes) => asked.slice(sizes.slice(0, i).reduce((a, b) => a + b, 0)).slice(0, size),
  );
  expect(await Promise.all(batches.map(batch => invalidator.run(batch)))).toEqual(batches.map(() => []));
  expect(invalidator.calls.flat().length).toBeLessThanOrEqual(DELIVERY.WILDCARD_PATHS);
  expect(invalidator.waiting()).toBe(0);
});

test('no call has more than five paths, and no number of users widens a path to everybody', async () => {
  const invalidator = new Invalidator();
  expect(await invalidator.run(await invalidator.deleted(300, n => `user${n % 59}`))).toEqual([]);
  expect(invalidator.calls.flat().sort()).toEqual(Array.from({ length: 59 }, (_, n) => `/_/user${n}/*`).sort());
  expect(Math.max(...invalidator.calls.map(paths => paths.length))).toBe(PATHS_PER_CALL);
});

test('while CloudFront takes no more, it pauses, and then sends one path a call, which names one user', async () => {
  const invalidator = new Invalidator();
  let refusals = 2;
  const lengths: number[] = [];
  invalidator.answer = paths => {
    lengths.push(paths.length);
    return refusals-- <= 0;
  };
  expect(await invalidator.run(await invalidator.deleted(30, n => `user${n % 9}`))).toEqual([]);
  const users = Array.from({ length: 9 }, (_, n) => [`/_/user${n}/*`]);
  const calls = [5, 1, 1, ...users.slice(1).map(() => 1)];
  expect([lengths, invalidator.calls, invalidator.waiting(), invalidator.clock.now > START]).toEqual([
    calls, users, 0, true,
  ]);
});

test('invalidations that CloudFront does not accept in time fail, and their rows stay marked', async () => {
  const invalidator = new Invalidator();
  const asked = await invalidator.deleted(7, n => `user${n}`);
  let calls = 0;
  invalidator.answer = () => calls++ === 0;
  expect(await invalidator.run(asked)).toEqual(asked.slice(5));
  expect(invalidator.waiting()).toBe(2);
});

test('a failed call does not fail the others', async () => {
  const invalidator = new Invalidator();
  const asked = await invalidator.deleted(7, n => `user${n}`);
  let calls = 0;
  invalidator.answer = () => {
    if (calls++ === 0) throw new Error('AccessDenied');
    return true;
  };
  expect(await invalidator.run(asked)).toEqual(asked.slice(0, 5));
});

test.each([['that no record waits for', undefined], ['for an earlier state of the record', 6]])(
  'an invalidation %s leaves the record\'s own mark', async (_, mark) => {
    const invalidator = new Invalidator();
    const [asked] = await invalidator.deleted(1);
    expect(await invalidator.run([{ ...asked, mark }])).toEqual([]);
    expect([invalidator.calls.length, invalidator.waiting()]).toEqual([1, 1]);
  },
);

test(
  'an invalidation of another image leaves a record\'s mark, so a forged message hides no image from its own invalidation',
  async () => {
    const invalidator = new Invalidator();
    const [own, other] = await invalidator.deleted(2);
    expect(await invalidator.run([{ ...own, object_key: other.object_key }])).toEqual([]);
    expect([invalidator.calls, invalidator.waiting()]).toEqual([[['/_/alice/01IMAGE1/*']], 2]);
  },
);

const original = (id: string): string => `originals/_/0p2c4k60kcf4wwp0d2fsez8ge1/01JDB2W800000000000000000${id}/6e`;

test('a batch reports messages that are not done, malformed, or name more than one image', async () => {
  const messages = [
    { image_id: 'a', object_key: original('A') }, undefined,
    { image_id: 'b', object_key: 'originals/_/0p2c4k60kcf4wwp0d2fsez8ge1/*/6e' },
    { image_id: 'c', object_key: original('C'), mark: 3 }, { object_key: original('D') },
    { image_id: 'e', object_key: original('') },
    { image_id: 'f', object_key: original('F').replace('0p2c4k', '+4917') },
    { image_id: 'g', object_key: `${original('G')}/thumb` },
  ];
  const Records = messages.map((message, i) => ({ messageId: `m${i}`, body: JSON.stringify(message) ?? 'x' })) as never;
  const seen: unknown[] = [];
  const process = async (asked: readonly Invalidation[]) => {
    seen.push(...asked);
    return asked.slice(1);
  };
  const answer = await invalidateBatch({ Records }, { logger: { warn: () => undefined }, process });
  expect(seen).toEqual([messages[0], messages[3]]);
  expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([
    'm1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7',
  ]);
});

describe('an image that was public', () => {
  const marks = ({ table }: Invalidator): unknown[] => [...table.rows.values()]
    .map(row => [(row as ImageRecord).invalidate, (row as ImageRecord).unpublished]);

  async function unpublished(change: Partial<ImageRecord> = {}): Promise<[Invalidator, Invalidation]> {
    const invalidator = new Invalidator();
    const [{ mark: _, ...asked }] = await invalidator.deleted(1);
    const set = { unpublished: 8, ...change };
    await invalidator.table.write([{ update: asked.image_id, set, guard: { object_key: asked.object_key } }]);
    return [invalidator, { ...asked, unpublished: 8 }];
  }

  test('has its public URLs invalidated, and keeps the mark of its others', async () => {
    const [invalidator, asked] = await unpublished();
    expect(await invalidator.run([{ ...asked, scope: 'public' }])).toEqual([]);
    expect([invalidator.calls, marks(invalidator)]).toEqual([[['/public/_/alice/01IMAGE0/*']], [[7, undefined]]]);
  });

  test('has all its URLs invalidated after a delete', async () => {
    const [invalidator, asked] = await unpublished();
    expect(await invalidator.run([{ ...asked, scope: 'all', mark: 7 }])).toEqual([]);
    expect([invalidator.calls, marks(invalidator)]).toEqual([
      [['/_/alice/01IMAGE0/*', '/public/_/alice/01IMAGE0/*']], [[undefined, undefined]],
    ]);
  });

  test.each([9, -8])('keeps the mark %i of a later end', async mark => {
    const [invalidator, asked] = await unpublished({ unpublished: mark });
    expect(await invalidator.run([{ ...asked, scope: 'public' }])).toEqual([]);
    expect(marks(invalidator)).toEqual([[7, mark]]);
  });

  test('comes again if CloudFront has accepted one of its two paths', async () => {
    const [invalidator, asked] = await unpublished();
    let calls = 0;
    invalidator.answer = () => ++calls === 2;
    const both = { ...asked, scope: 'all' as const, mark: 7 };
    expect(await invalidator.run([both], 2)).toEqual([both]);
    expect(marks(invalidator)).toEqual([[undefined, 8]]);
  });
});

test('a message names the URLs of one image only', async () => {
  const seen: Invalidation[] = [];
  const bodies = [{ scope: 'public', unpublished: -3 }, { scope: 'everything' }, { unpublished: 1.5 }, { scope: 'all' }];
  const Records = bodies.map((more, i) => ({
    messageId: String(i),
    body: JSON.stringify({
      image_id: 'i', object_key: 'originals/_/0p2c4k60kcf4wwp0d2fsez8ge1/01JDB2W8000000000000000000/6e', ...more,
    }),
  }));
  const { batchItemFailures } = await invalidateBatch({ Records } as never, {
    logger: { warn: () => undefined },
    process: async invalidations => (seen.push(...invalidations), []),
  });
  expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['1', '2']);
  expect(seen.map(({ scope, unpublished }) => [scope, unpublished])).toEqual([['public', -3], ['all', undefined]]);
});
