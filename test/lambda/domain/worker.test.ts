import type { WorkerDeps } from '../../../lambda/domain/ports';
import { processUpload } from '../../../lambda/domain/process-upload';
import { type ImageRow, IMAGE_TYPES, type Invalidation, REFUSED_PREFIX, SCAN_PATIENCE_MS, variantPrefix } from '../../../src/contract';
import { CONTENT, memoryImaging, SETS } from '../../model/memory-imaging';
import { etagOf } from '../../model/memory-objects';
import { World } from '../../model/world';

const world = () => new World({ picks: [], lags: [], isSkewed: false, processing: 'on' });
const ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const keyOf = (id: string) => `originals/_/alice/${id}/6e`;

/** A confirmed image of these contents. */
async function stored(service: World, content: number, { id = ID, ...more }: Partial<ImageRow> & { id?: string } = {}): Promise<string> {
  const bytes = Buffer.alloc(8, content).fill(IMAGE_TYPES.indexOf('image/png'), 0, 1);
  service.objects.plant(keyOf(id), bytes, () => {});
  const updated_at = new Date(service.clock.now).toISOString();
  const put: ImageRow = {
    image_id: id,
    owner: 'alice',
    user_id: 'alice',
    created_at: `${updated_at}#${id}`,
    updated_at,
    status: 'processing',
    version: 2,
    object_key: keyOf(id),
    url_until: 0,
    content_type: 'image/png',
    size: 8,
    etag: etagOf(bytes),
    sweep: 0,
    due_at: service.clock.now,
    ...more,
  };
  await service.table.write([{ put, guard: 'absent' }]);
  return keyOf(id);
}

const rowOf = async (service: World, id = ID) => service.table.get(id);
const namesIn = (service: World) => [...service.objects.bytes.keys()].filter(key => key.startsWith('variants/')).map(key => key.split('/').at(-1)).sort();

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

describe('bytes that a decoder has died of', () => {
  test('are refused without another try while the limits are the same, whoever sends them', async () => {
    const service = world();
    const deps = counting(service.deps());
    for (const id of [ID, `${ID.slice(0, -1)}W`]) await processUpload(deps, await stored(service, CONTENT.FATAL, { id }), false);
    expect(deps.decoded).toBe(1);
    expect(await rowOf(service, `${ID.slice(0, -1)}W`)).toMatchObject({ status: 'rejected', rejection: { code: 'RESOURCE_LIMIT' } });
    await processUpload({ ...deps, imaging: { ...deps.imaging, limits: 'others' } }, await stored(service, CONTENT.FATAL, { id: `${ID.slice(0, -1)}X` }), false);
    expect(deps.decoded).toBe(2);
  });

  test('are remembered before the verdict is written', async () => {
    const service = world();
    const deps = service.deps();
    const table = {
      ...deps.table,
      get: deps.table.get.bind(deps.table),
      write: async (writes: Parameters<typeof deps.table.write>[0]) => {
        if (writes.some(write => 'update' in write && write.set.status === 'rejected')) expect([...service.table.rows.keys()].some(id => id.startsWith(REFUSED_PREFIX))).toBe(true);
        return service.table.write(writes);
      },
    };
    await processUpload({ ...deps, table }, await stored(service, CONTENT.FATAL), false);
    expect((await rowOf(service))?.status).toBe('rejected');
  });
});

describe('an image that waits for its scan', () => {
  test('is in nobody\'s hands, at no cost of a try, and is done', async () => {
    const service = world();
    await processUpload(service.deps(), await stored(service, CONTENT.SCANNED_LATE), true);
    expect(await rowOf(service)).toMatchObject({ status: 'processing', tries: 0, due_at: service.clock.now + 300_000 });
    expect(await rowOf(service)).not.toHaveProperty('claim_until');
  });

  test('is looked at once more: the scanner\'s event may have met our claim', async () => {
    const service = world();
    const answers = ['waiting', 'clean', 'clean'] as const;
    let asked = 0;
    await processUpload({ ...service.deps(), scanner: { scan: async () => answers[asked++] } }, await stored(service, CONTENT.GOOD), false);
    expect((await rowOf(service))?.status).toBe('ready');
  });

  test('is given up after a day, with its original', async () => {
    const service = world();
    const key = await stored(service, CONTENT.NEVER_SCANNED);
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
])('what a scanner refuses is rejected and deleted before any decoder sees it (%i)', async (content, rejection) => {
  const service = world();
  const deps = counting(service.deps());
  const key = await stored(service, content);
  await processUpload(deps, key, false);
  expect(await rowOf(service)).toMatchObject({ status: 'rejected', rejection });
  expect([deps.decoded, service.objects.bytes.has(key)]).toEqual([0, false]);
});

describe('a remake', () => {
  async function ready(service: World): Promise<string> {
    const key = await stored(service, CONTENT.GOOD);
    await processUpload(service.deps(), key, false);
    return key;
  }
  const withSet = (service: World, n: number) => counting({ ...service.deps(), imaging: memoryImaging(SETS[n]) });

  test('makes only what is missing, and a second one finds nothing to do', async () => {
    const service = world();
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

  test('makes what changed under its name only where that is asked for, and leaves nothing of what it replaces', async () => {
    const service = world();
    const key = await ready(service);
    await processUpload(withSet(service, 2), key, false, 'missing');
    expect(namesIn(service)).toEqual(['medium.webp', 'thumb.webp']);
    await processUpload(withSet(service, 2), key, false, 'changed');
    expect(namesIn(service)).toEqual(['medium.webp', 'thumb.avif']);
  });

  test('tells a CDN of what it replaced, and forgets what was made of it on demand; again where its message comes again', async () => {
    const service = world();
    const key = await ready(service);
    const told: Invalidation[] = [];
    const cdn = { invalidate: async (invalidation: Invalidation) => void told.push(invalidation) };
    const onDemand = () => service.objects.put(`${variantPrefix(key)}thumb.jpg`, Buffer.from('old'));
    for (let i = 1; i <= 2; i++) {
      await onDemand();
      await processUpload({ ...withSet(service, 2), cdn }, key, false, 'changed');
      expect(namesIn(service)).toEqual(['medium.webp', 'thumb.avif']);
      expect(told).toEqual(Array.from({ length: i }, () => ({ image_id: ID, path: `/_/alice/${ID}`, stays: true })));
    }
  });

  test('records what is made on demand by now, without a size', async () => {
    const service = world();
    const key = await ready(service);
    const deps = withSet(service, 3);
    await processUpload(deps, key, false, 'missing');
    expect((await rowOf(service))?.variants?.map(({ name, size }) => [name, typeof size])).toEqual([['medium', 'undefined'], ['thumb', 'number']]);
    expect([deps.decoded, namesIn(service)]).toEqual([0, ['thumb.webp']]);
  });

  test('finds out the facts of an image that no worker has seen, and keeps those that it has', async () => {
    const service = world();
    const key = await stored(service, CONTENT.GOOD, { status: 'ready', checksum_sha256: 'declared' });
    await processUpload(service.deps(), key, false, 'missing');
    expect(await rowOf(service)).toMatchObject({ status: 'ready', attempt: 1, width: 4, placeholder: { color: '#102030' }, checksum_sha256: 'declared' });
    expect(namesIn(service)).toEqual(['small.webp', 'thumb.webp']);
  });

  test.each([CONTENT.BAD_IMAGE, CONTENT.INFECTED, CONTENT.NEVER_SCANNED])('leaves an image as it is whose variants cannot be made (%i)', async content => {
    const service = world();
    const key = await stored(service, content, { status: 'ready', attempt: 1 });
    const before = await rowOf(service);
    await processUpload(service.deps(), key, false, 'changed');
    expect([await rowOf(service), service.objects.bytes.has(key)]).toEqual([before, true]);
  });

  test.each(['failed', 'rejected', 'deleting'] as const)('touches nothing of an image that is %s', async status => {
    const service = world();
    const key = await stored(service, CONTENT.GOOD, { status });
    const before = await rowOf(service);
    await processUpload(service.deps(), key, true, 'missing');
    expect([await rowOf(service), service.objects.bytes.has(key)]).toEqual([before, true]);
  });
});
