import type { SharingDeps } from '../../../lambda/domain/ports';
import { hashOwner, processWithinShare } from '../../../lambda/domain/worker/owner-share';
import { type Announcement, METRICS, buildSlotId } from '../../../src/contract';
import { QUIET } from '../../support/quiet-logger';

const CLAIM_MS = 60_000;
const NOW = 1_000_000;
const keyOf = (user: string, n = 0): string => `originals/_/${user}/01JD${n}/nonce`;

const underWay: { key: string; end: (error?: Error) => void }[] = [];

jest.mock('../../../lambda/domain/process-upload', () => ({
  processUpload: async (_: unknown, key: string) => new Promise<void>((resolve, reject) => {
    underWay.push({ key, end: error => error ? reject(error) : resolve() });
  }),
}));

let now: number;
const held = new Map<string, number>();
const added: [Announcement, string | undefined, string][] = [];
const counted: string[] = [];
const warnings: string[] = [];
let faults: Partial<Record<'take' | 'release' | 'add', Error>>;

beforeEach(() => {
  now = NOW;
  faults = {};
  held.clear();
  for (const list of [underWay, added, counted, warnings]) list.length = 0;
});

function deps(share: number): SharingDeps {
  const fail = (at: keyof typeof faults): void => { if (faults[at]) throw faults[at]; };
  return {
    share,
    claimMs: CLAIM_MS,
    clock: { now: () => now },
    logger: { ...QUIET, warn: (message: string) => void warnings.push(message) },
    metrics: { count: (metric: string) => void counted.push(metric), measure: () => undefined },
    slots: {
      take: async (id: string, until: number) => {
        fail('take');
        if ((held.get(id) ?? 0) > now) return undefined;
        held.set(id, until);
        return { release: async () => { fail('release'); held.delete(id); } };
      },
    },
    surplus: { add: async (...upload: typeof added[number]) => { fail('add'); added.push(upload); } },
  } as unknown as SharingDeps;
}

/** Wraps the promise in an object, since awaiting a nested promise would wait for both. */
async function begin(user: string, n = 0, share = 2): Promise<{ readonly work: Promise<void> }> {
  const work = processWithinShare(deps(share), { object_key: keyOf(user, n) }, { messageId: `m${n}`, isLast: false });
  work.catch(() => undefined);
  await new Promise(resolve => { setImmediate(resolve); });
  return { work };
}

test('an owner\'s uploads beyond their share move to the surplus queue, and others\' are processed', async () => {
  const begun = [await begin('alice', 0), await begin('alice', 1), await begin('alice', 2), await begin('bob')];
  expect(underWay.map(({ key }) => key)).toEqual([keyOf('alice', 0), keyOf('alice', 1), keyOf('bob')]);
  expect(added).toEqual([[{ object_key: keyOf('alice', 2) }, hashOwner(keyOf('alice')), 'm2']]);
  expect(counted).toEqual([METRICS.UPLOADS_DEFERRED]);
  for (const { end } of underWay) end();
  await Promise.all(begun.map(({ work }) => work));
});

test.each([['done', undefined], ['failed', new Error('storage is down')]])(
  'an upload that is %s frees its slot', async (_, error) => {
    const { work } = await begin('alice', 0, 1);
    underWay[0].end(error);
    await (error ? expect(work).rejects.toBe(error) : work);
    await begin('alice', 1, 1);
    expect([underWay.length, added]).toEqual([2, []]);
  },
);

test('a worker that died frees its slot when its claim ends', async () => {
  await begin('alice', 0, 1);
  expect([...held]).toEqual([[buildSlotId(hashOwner(keyOf('alice'))!, 0), NOW + CLAIM_MS]]);
  now += CLAIM_MS - 1;
  await begin('alice', 1, 1);
  now += 1;
  await begin('alice', 2, 1);
  expect([underWay.map(({ key }) => key), added.length]).toEqual([[keyOf('alice', 0), keyOf('alice', 2)], 1]);
});

test('an upload is deferred after four writes, however large the share is', async () => {
  const tried: string[] = [];
  const busy = { ...deps(375), slots: { take: async (id: string) => void tried.push(id) } } as unknown as SharingDeps;
  for (const messageId of ['a', 'b']) {
    await processWithinShare(busy, { object_key: keyOf('alice') }, { messageId, isLast: false });
  }
  expect([tried.length, new Set(tried).size, added.length]).toEqual([8, 8, 2]);
});

test('a message is not done where the surplus queue has not taken its upload', async () => {
  await begin('alice', 0, 1);
  faults.add = new Error('SQS is down');
  await expect((await begin('alice', 1, 1)).work).rejects.toBe(faults.add);
  expect(counted).toEqual([]);
});

test('a message is not done where no slot could be asked for', async () => {
  faults.take = new Error('DynamoDB is down');
  await expect((await begin('alice')).work).rejects.toBe(faults.take);
  expect([underWay, added]).toEqual([[], []]);
});

test('a slot that cannot be freed does not fail what is done', async () => {
  faults.release = new Error('DynamoDB is down');
  const { work } = await begin('alice');
  underWay[0].end();
  await work;
  expect(warnings).toEqual(['slot release failed; the slot ends by itself']);
});

test('reprocessing keeps its kind through the surplus queue', async () => {
  const upload = { object_key: keyOf('alice'), remake: 'changed' } as const;
  await processWithinShare(deps(0), upload, { messageId: 'm', isLast: false });
  expect(added).toEqual([[upload, hashOwner(upload.object_key), 'm']]);
});

test('an upload without an original\'s key has no owner and is processed', async () => {
  const work = processWithinShare(deps(0), { object_key: 'originals/odd' }, { messageId: 'm', isLast: false });
  underWay[0].end();
  await work;
  expect(added).toEqual([]);
});

test('an owner is a hash of tenant and user', () => {
  const owners = [keyOf('alice'), keyOf('alice', 1), keyOf('bob'), 'originals/t1/alice/01JD/nonce'].map(hashOwner);
  expect(owners[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(owners[1]).toBe(owners[0]);
  expect(new Set(owners).size).toBe(3);
});
