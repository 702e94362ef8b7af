import { TryAgain } from '../../../../lambda/domain/errors';
import { operate } from '../../../../lambda/domain/operate/operate';
import type { OperatorDeps } from '../../../../lambda/domain/ports';
import { FAILED_IMAGES, type FailedRequest, type ImageRecord, type OperatorAnswer } from '../../../../src/contract';
import { Clock } from '../../../model/clock';
import { MemoryTable } from '../../../model/memory-table';

const NOW = Date.parse('2026-11-30T12:00:00.000Z');
const idAt = (n: number) => `01ARZ3NDEKTSV4RRFFQ69G${String(n).padStart(4, '0')}`;
const timeAt = (n: number) => new Date(NOW - n * 1000).toISOString();

/** It failed n seconds ago. */
function failed(n: number, more: Partial<ImageRecord> = {}): ImageRecord {
  return {
    image_id: idAt(n),
    owner: 'alice',
    user_id: 'alice',
    created_at: `${timeAt(0)}#${idAt(n)}`,
    updated_at: timeAt(n),
    status: 'failed',
    version: 3,
    object_key: `originals/_/hash/${idAt(n)}/6e`,
    url_until: 0,
    tries: 5,
    content_type: 'image/png',
    size: 3,
    filename: 'holiday.png',
    last_error: { code: 'DiskFull', at: timeAt(n) },
    ...more,
  };
}

class Desk {
  readonly clock = new Clock(NOW);
  readonly table = new MemoryTable(this.clock);
  slept = 0;
  scan: Pick<MemoryTable, 'readFailed'> = this.table;

  async add(...records: ImageRecord[]): Promise<this> {
    for (const put of records) await this.table.write([{ put, guard: 'absent' }]);
    return this;
  }

  async ask(request: Partial<FailedRequest> = {}, deadline = Infinity): Promise<OperatorAnswer> {
    const deps = {
      scan: this.scan,
      queues: { status: async () => ({ waiting: 0, working: 0, given_up: 0 }) },
      randomBytes: (n: number) => Buffer.alloc(n),
      clock: {
        now: () => this.clock.now,
        sleep: async (ms: number) => {
          this.slept += ms;
          this.clock.advance(ms);
        },
      },
    } as unknown as OperatorDeps;
    return operate(deps, { command: 'failed', ...request }, deadline);
  }
}

test('lists failed images only, newest first, with time, tries and last error', async () => {
  const desk = await new Desk().add(
    failed(30, { tries: 2, last_error: { code: 'AccessDenied', at: timeAt(30) } }), failed(10), failed(20),
    failed(1, { status: 'ready' }), failed(2, { status: 'processing' }),
    failed(3, { status: 'rejected' }),
  );
  expect(await desk.ask()).toEqual({
    done: true,
    seen: 3,
    queued: 0,
    skipped: 0,
    left: {},
    failed: [
      { image_id: idAt(10), failed_at: timeAt(10), tries: 5, last_error: 'DiskFull' },
      { image_id: idAt(20), failed_at: timeAt(20), tries: 5, last_error: 'DiskFull' },
      { image_id: idAt(30), failed_at: timeAt(30), tries: 2, last_error: 'AccessDenied' },
    ],
    causes: { DiskFull: 2, AccessDenied: 1 },
    read: 6,
    status: { waiting: 0, working: 0, given_up: 0 },
  });
});

test('names no user, key or file', async () => {
  const answer = JSON.stringify(await (await new Desk().add(failed(1))).ask());
  for (const secret of ['alice', 'originals', 'holiday']) expect(answer).not.toContain(secret);
});

test('a change of tags does not change the time of the failure', async () => {
  const desk = await new Desk().add(failed(50, { updated_at: timeAt(1) }), failed(10));
  expect((await desk.ask()).failed!.map(({ failed_at }) => failed_at)).toEqual([timeAt(10), timeAt(50)]);
});

test('an image of an earlier release has the time of its last change and no recorded cause', async () => {
  const { last_error: _error, tries: _tries, ...old } = failed(7);
  expect((await (await new Desk().add(old)).ask()).failed).toEqual([
    { image_id: idAt(7), failed_at: timeAt(7), tries: 0, last_error: 'NotRecorded' },
  ]);
});

test.each<[string, object, object]>([
  ['a time', { last_error: { code: 'DiskFull', at: '\u001b[2J' } }, { failed_at: timeAt(7) }],
  ['times', { last_error: { code: 'DiskFull', at: 5 }, updated_at: null }, { failed_at: '1970-01-01T00:00:00.000Z' }],
  ['a number of tries', { tries: '\u001b[2J' }, { tries: 0 }],
  ['a code', { last_error: { code: '\u001b[2J', at: timeAt(7) } }, { last_error: 'Unknown' }],
  ['a name of Object as code', { last_error: { code: '__proto__', at: timeAt(7) } }, { last_error: 'Unknown' }],
  ['an error', { last_error: '\u001b[2J' }, { last_error: 'Unknown' }],
  ['an empty error', { last_error: null }, { last_error: 'NotRecorded' }],
  ['an id', { image_id: '\u001b[2J' }, { image_id: '(invalid id)' }],
])('a record with forged %s is listed without the forgery', async (_, forged, shown) => {
  const desk = await new Desk().add(failed(7, forged), failed(30));
  const { failed: list, causes, seen } = await desk.ask();
  expect(list).toContainEqual({
    image_id: idAt(7), failed_at: timeAt(7), tries: 5, last_error: 'DiskFull', ...shown,
  });
  expect([list!.length, seen]).toEqual([2, 2]);
  expect(Object.values(causes!).reduce((sum, count) => sum + count)).toBe(2);
});

test.each([[undefined, FAILED_IMAGES.DEFAULT], [3, 3]])('a limit of %s lists %i and counts all', async (limit, listed) => {
  const desk = await new Desk().add(...Array.from({ length: 40 }, (_, n) => failed(40 - n)));
  const answer = await desk.ask({ limit });
  expect(answer.failed!.map(({ image_id }) => image_id)).toEqual(Array.from({ length: listed }, (_, n) => idAt(n + 1)));
  expect([answer.seen, answer.causes]).toEqual([40, { DiskFull: 40 }]);
});

test('short calls read each item once, at the pace of the rate', async () => {
  const desk = await new Desk().add(...Array.from({ length: 95 }, (_, n) => failed(n)));
  const ids: string[] = [];
  let read = 0;
  for (let cursor: string | undefined, calls = 0; ; calls++) {
    const answer = await desk.ask({ rate: 2, limit: 1000, cursor }, desk.clock.now);
    ids.push(...answer.failed!.map(({ image_id }) => image_id));
    read += answer.read!;
    if (answer.done) {
      expect(calls).toBe(2);
      break;
    }
    expect(answer.read).toBe(40);
    ({ cursor } = answer);
  }
  expect([ids.sort(), read]).toEqual([Array.from({ length: 95 }, (_, n) => idAt(n)), 95]);
  // Twenty items count as one image: two pages of 40 items, at two images a second.
  expect(desk.slept).toBe(2000);
});

test('a busy table is read again', async () => {
  const desk = await new Desk().add(failed(1));
  let calls = 0;
  desk.scan = {
    readFailed: async (...args) => {
      if (calls++ === 0) throw new TryAgain('ProvisionedThroughputExceededException');
      return desk.table.readFailed(...args);
    },
  };
  expect((await desk.ask()).seen).toBe(1);
});

test('a service without failed images has an empty list', async () => {
  expect(await new Desk().ask()).toMatchObject({ done: true, seen: 0, failed: [], causes: {}, read: 0 });
});
