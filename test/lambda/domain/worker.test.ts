import { countInto, COUNTED_VERDICT, ID, keyOf, rowOf, storeImage } from './stored-image';
import type { WorkerDeps, Write } from '../../../lambda/domain/ports';
import { processUpload } from '../../../lambda/domain/process-upload';
import {
  type ImageRecord, type Invalidation, MAX_TRIES, METRICS, REJECTED_BYTES_PREFIX, SCAN_PATIENCE_MS, buildVariantPrefix,
} from '../../../src/contract';
import { CONTENT, memoryImaging, SETS } from '../../model/memory-imaging';
import { SimulatedService } from '../../model/simulated-service';

const namesIn = (service: SimulatedService) =>
  [...service.objects.bytes.keys()].filter(key => key.startsWith('variants/')).map(key => key.split('/').at(-1)).sort();

type Counting = { -readonly [D in keyof WorkerDeps]: WorkerDeps[D] } & { decoded: number };

function counting(deps: WorkerDeps): Counting {
  const counted: Counting = { ...deps, decoded: 0 };
  counted.imaging = {
    ...deps.imaging,
    make: async (...args) => {
      counted.decoded++;
      return deps.imaging.make(...args);
    },
  };
  return counted;
}

describe('an image that failed by a fault of the service', () => {
  test.each([
    ['has had all its tries', MAX_TRIES - 1, 'failed'],
    ['has been tried for the first time', 0, 'processing'],
  ] as const)('on its last receive, an image that %s is %s', async (_, tries, status) => {
    const service = new SimulatedService();
    const deps = {
      ...service.deps(), imaging: { ...service.deps().imaging, make: () => Promise.reject(new Error('no decoder')) },
    };
    await expect(processUpload(deps, await storeImage(service, CONTENT.GOOD, { tries }), true)).rejects.toThrow(
      'no decoder',
    );
    expect(await rowOf(service)).toMatchObject({ status, tries: tries + 1 });
  });

  test('is tried again by the next message, however early it comes', async () => {
    const service = new SimulatedService();
    const key = await storeImage(service, CONTENT.GOOD);
    const deps = {
      ...service.deps(), imaging: { ...service.deps().imaging, make: () => Promise.reject(new Error('no decoder')) },
    };
    await expect(processUpload(deps, key, false)).rejects.toThrow('no decoder');
    await processUpload(service.deps(), key, false);
    expect(await rowOf(service)).toMatchObject({ status: 'ready' });
  });
});

describe('bytes that a decoder has died of', () => {
  test('are rejected without another decoding while the limits are the same, for every user', async () => {
    const service = new SimulatedService();
    const warn = jest.fn();
    const deps = counting({ ...service.deps(), logger: { ...service.deps().logger, warn } });
    for (const id of [ID, `${ID.slice(0, -1)}W`]) {
      await processUpload(deps, await storeImage(service, CONTENT.FATAL, { id }), false);
    }
    expect(deps.decoded).toBe(1);
    expect(warn.mock.calls).toEqual([
      ['an image made its decoder crash or exceed a limit', { image_id: ID, code: 'RESOURCE_LIMIT' }],
    ]);
    expect(await rowOf(service, `${ID.slice(0, -1)}W`)).toMatchObject({
      status: 'rejected', rejection: { code: 'RESOURCE_LIMIT' },
    });
    await processUpload(
      { ...deps, imaging: { ...deps.imaging, limits: 'others' } },
      await storeImage(service, CONTENT.FATAL, { id: `${ID.slice(0, -1)}X` }), false,
    );
    expect(deps.decoded).toBe(2);
  });

  test('are remembered before the verdict is written', async () => {
    const service = new SimulatedService();
    const deps = service.deps();
    const table = {
      ...deps.table,
      get: deps.table.get.bind(deps.table),
      write: async (writes: Parameters<typeof deps.table.write>[0]) => {
        if (writes.some(write => 'update' in write && write.set.status === 'rejected')) {
          expect([...service.table.rows.keys()].some(id => id.startsWith(REJECTED_BYTES_PREFIX))).toBe(true);
        }
        return service.table.write(writes);
      },
    };
    await processUpload({ ...deps, table }, await storeImage(service, CONTENT.FATAL), false);
    expect((await rowOf(service))?.status).toBe('rejected');
  });
});

describe('an image that waits for its scan', () => {
  test('has no claim, uses no try, and its message is done', async () => {
    const service = new SimulatedService();
    await processUpload(service.deps(), await storeImage(service, CONTENT.SCANNED_LATE), true);
    expect(await rowOf(service)).toMatchObject({ status: 'processing', tries: 0, due_at: service.clock.now + 300_000 });
    expect(await rowOf(service)).not.toHaveProperty('claim_until');
  });

  test('is looked at once more: the scanner\'s event may have met our claim', async () => {
    const service = new SimulatedService();
    const answers = ['waiting', 'clean', 'clean'] as const;
    let asked = 0;
    await processUpload(
      { ...service.deps(), scanner: { scan: async () => answers[asked++] } }, await storeImage(service, CONTENT.GOOD),
      false,
    );
    expect((await rowOf(service))?.status).toBe('ready');
  });

  test('fails after a day and keeps its original', async () => {
    const service = new SimulatedService();
    const key = await storeImage(service, CONTENT.NEVER_SCANNED);
    service.clock.advance(SCAN_PATIENCE_MS - 1);
    await processUpload(service.deps(), key, false);
    expect((await rowOf(service))?.status).toBe('processing');
    service.clock.advance(1);
    await processUpload(service.deps(), key, false);
    expect((await rowOf(service))?.status).toBe('failed');
    expect(service.objects.bytes.has(key)).toBe(true);
  });
});

test.each([
  [CONTENT.INFECTED, { code: 'MALWARE', message: 'The upload contains malware.' }],
  [CONTENT.UNSCANNABLE, { code: 'SCAN_FAILED', message: expect.stringContaining('cannot be scanned') }],
])('an infected or unscannable image is rejected and deleted before decoding (%i)', async (content, rejection) => {
  const service = new SimulatedService();
  const deps = counting(service.deps());
  const key = await storeImage(service, content);
  await processUpload(deps, key, false);
  expect(await rowOf(service)).toMatchObject({ status: 'rejected', rejection });
  expect([deps.decoded, service.objects.bytes.has(key)]).toEqual([0, false]);
});

/**
 * Simulates a lost response: the SDK sends the write again, and its condition fails because the first write succeeded.
 */
function losingAnswers(service: SimulatedService, status: ImageRecord['status']): WorkerDeps & { counted: string[] } {
  const deps = service.deps();
  const counted: string[] = [];
  const table = Object.assign(Object.create(service.table) as typeof service.table, {
    write: async (writes: readonly Write[]) => {
      const outcome = await service.table.write(writes);
      return writes.some(write => 'update' in write && write.set.status === status)
        ? service.table.write(writes)
        : outcome;
    },
  });
  return { ...deps, table, metrics: countInto(counted), counted };
}

describe('an outcome that was written, but whose answer was lost,', () => {
  test('is ours: an image that is ready is counted once', async () => {
    const service = new SimulatedService();
    const deps = losingAnswers(service, 'ready');
    await processUpload(deps, await storeImage(service, CONTENT.GOOD), false);
    expect(await rowOf(service)).toMatchObject({ status: 'ready' });
    expect([deps.counted, namesIn(service)]).toEqual([[METRICS.IMAGES_PROCESSED, ...COUNTED_VERDICT], ['small.webp', 'thumb.webp']]);
  });

  test('is ours: an upload that is rejected is counted, and deleted at once', async () => {
    const service = new SimulatedService();
    const deps = losingAnswers(service, 'rejected');
    const key = await storeImage(service, CONTENT.INFECTED);
    await processUpload(deps, key, false);
    expect(await rowOf(service)).toMatchObject({ status: 'rejected' });
    expect(deps.counted).toEqual([METRICS.IMAGES_REJECTED, ...COUNTED_VERDICT]);
    expect(service.objects.bytes.has(key)).toBe(false);
  });

  test.each([['after its last try', { tries: MAX_TRIES - 1 }], ['before another try', { tries: MAX_TRIES }]])(
    'is ours: an image that is given up %s is counted', async (_, more) => {
      const service = new SimulatedService();
      const deps = losingAnswers(service, 'failed');
      const key = await storeImage(service, CONTENT.GOOD, more);
      await processUpload({ ...deps, scanner: { scan: async () => Promise.reject(new Error('outage')) } }, key, true)
        .catch(() => undefined);
      expect([(await rowOf(service))?.status, deps.counted]).toEqual(['failed', [METRICS.IMAGES_FAILED]]);
    },
  );
});

describe('reprocessing', () => {
  async function ready(service: SimulatedService): Promise<string> {
    const key = await storeImage(service, CONTENT.GOOD);
    await processUpload(service.deps(), key, false);
    return key;
  }
  const withSet = (service: SimulatedService, n: number) =>
    counting({ ...service.deps(), imaging: memoryImaging(SETS[n]) });

  test('makes only missing variants, and a second run finds nothing to do', async () => {
    const service = new SimulatedService();
    const key = await ready(service);
    const before = await rowOf(service);
    const deps = withSet(service, 1);
    await processUpload(deps, key, false, 'missing');
    const after = await rowOf(service);
    expect(after).toMatchObject({ status: 'ready', version: before!.version + 1, attempt: before!.attempt });
    expect(after?.variants?.map(({ name }) => name)).toEqual(['thumb', 'small', 'medium']);
    await processUpload(deps, key, false, 'missing');
    expect([deps.decoded, await rowOf(service)]).toEqual([1, after]);
  });

  test('is counted as remade, not as processed', async () => {
    const service = new SimulatedService();
    const key = await ready(service);
    const counted: string[] = [];
    const deps = withSet(service, 1);
    await processUpload({ ...deps, metrics: countInto(counted) }, key, false, 'missing');
    expect(counted).toEqual([METRICS.IMAGES_REMADE]);
  });

  test(
    'replaces a variant that changed under its name only on request, and deletes the old objects',
    async () => {
      const service = new SimulatedService();
      const key = await ready(service);
      await processUpload(withSet(service, 2), key, false, 'missing');
      expect(namesIn(service)).toEqual(['medium.webp', 'thumb.webp']);
      await processUpload(withSet(service, 2), key, false, 'changed');
      expect(namesIn(service)).toEqual(['medium.webp', 'thumb.avif']);
    },
  );

  test(
    'invalidates replaced variants and deletes those made on demand, again with each repeat of its message',
    async () => {
      const service = new SimulatedService();
      const key = await ready(service);
      const told: Invalidation[] = [];
      const cdn = { invalidate: async (invalidation: Invalidation) => void told.push(invalidation) };
      const onDemand = () => service.objects.put(`${buildVariantPrefix(key)}thumb.jpg`, Buffer.from('old'));
      for (let i = 1; i <= 2; i++) {
        await onDemand();
        await processUpload({ ...withSet(service, 2), cdn }, key, false, 'changed');
        expect(namesIn(service)).toEqual(['medium.webp', 'thumb.avif']);
        expect(told).toEqual(Array.from({ length: i }, () => ({ image_id: ID, object_key: keyOf(ID) })));
      }
    },
  );

  test('records a variant that is now on demand, without a size', async () => {
    const service = new SimulatedService();
    const key = await ready(service);
    const deps = withSet(service, 3);
    await processUpload(deps, key, false, 'missing');
    expect((await rowOf(service))?.variants?.map(({ name, size }) => [name, typeof size])).toEqual([
      ['medium', 'undefined'], ['thumb', 'number'],
    ]);
    expect([deps.decoded, namesIn(service)]).toEqual([0, ['thumb.webp']]);
  });

  test('finds out the facts of an image that no worker has seen, and keeps those that it has', async () => {
    const service = new SimulatedService();
    const key = await storeImage(service, CONTENT.GOOD, { status: 'ready', checksum_sha256: 'declared' });
    await processUpload(service.deps(), key, false, 'missing');
    expect(await rowOf(service)).toMatchObject({
      status: 'ready', attempt: 1, width: 4, placeholder: { color: '#102030' }, checksum_sha256: 'declared',
    });
    expect(namesIn(service)).toEqual(['small.webp', 'thumb.webp']);
  });

  test.each([CONTENT.BAD_IMAGE, CONTENT.INFECTED, CONTENT.NEVER_SCANNED])(
    'leaves an image as it is whose variants cannot be made (%i)', async content => {
      const service = new SimulatedService();
      const key = await storeImage(service, content, { status: 'ready', attempt: 1 });
      const before = await rowOf(service);
      await processUpload(service.deps(), key, false, 'changed');
      expect([await rowOf(service), service.objects.bytes.has(key)]).toEqual([before, true]);
    },
  );

  test.each([[CONTENT.INFECTED, 1], [CONTENT.UNSCANNABLE, 0], [CONTENT.BAD_IMAGE, 0]])(
    'tells the operator of malware in it, and of nothing else (%i)', async (content, times) => {
      const service = new SimulatedService();
      const counted: string[] = [];
      const warnings: unknown[] = [];
      const logger = { ...service.deps().logger, warn: (_: string, facts: unknown) => void warnings.push(facts) };
      const metrics = countInto(counted);
      await processUpload(
        { ...service.deps(), logger, metrics }, await storeImage(service, content, { status: 'ready', attempt: 1 }), false,
        'changed',
      );
      expect(counted.filter(metric => metric === METRICS.READY_INFECTED)).toHaveLength(times);
      expect(warnings).toEqual([{ image_id: ID, code: expect.any(String) }]);
    },
  );

  test.each(['failed', 'rejected', 'deleting'] as const)('touches nothing of an image that is %s', async status => {
    const service = new SimulatedService();
    const key = await storeImage(service, CONTENT.GOOD, { status });
    const before = await rowOf(service);
    await processUpload(service.deps(), key, true, 'missing');
    expect([await rowOf(service), service.objects.bytes.has(key)]).toEqual([before, true]);
  });
});
