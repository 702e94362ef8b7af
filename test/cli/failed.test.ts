import { FakeAws } from './fake-aws';
import { formatCount, formatTable } from '../../cli/failed';

jest.setTimeout(60_000);

const aws = new FakeAws();
const image = (n: number, last_error = 'DiskFull') =>
  ({ image_id: `i${n}`, failed_at: `2026-11-30T12:00:0${n}.000Z`, tries: n, last_error });
const answer = (more: object): object => ({
  done: true, seen: 0, queued: 0, skipped: 0, left: {}, status: { waiting: 0, working: 0, given_up: 0 }, ...more,
});
/** The newest image is in the second part of the table. */
const PARTS = [
  answer({
    done: false, cursor: 'c1', seen: 2, failed: [image(3), image(1)], causes: { DiskFull: 2 }, read: 1000,
  }),
  answer({
    seen: 2, failed: [image(4, 'AccessDenied'), image(2)], causes: { AccessDenied: 1, DiskFull: 1 }, read: 204,
  }),
];

beforeAll(async () => aws.start());
afterAll(() => aws.stop());
beforeEach(() => {
  aws.reset();
  aws.functions = { operator: [...PARTS] };
});

const failed = async (...args: string[]) => aws.run('failed', '--function', 'operator', ...args);

test('a pipe gets one line for each image of all parts of the table, newest first, and nothing else', async () => {
  expect(await failed()).toEqual({
    code: 0,
    out: [
      '2026-11-30T12:00:04.000Z\ti4\t4\tAccessDenied', '2026-11-30T12:00:03.000Z\ti3\t3\tDiskFull',
      '2026-11-30T12:00:02.000Z\ti2\t2\tDiskFull', '2026-11-30T12:00:01.000Z\ti1\t1\tDiskFull', '',
    ].join('\n'),
    err: '4 failed images: 3 DiskFull, 1 AccessDenied (1204 items read)\n',
  });
  expect(aws.requests).toEqual([{ command: 'failed', seconds: 5 }, { command: 'failed', seconds: 5, cursor: 'c1' }]);
});

test('--limit lists the newest of all parts, and counts the others', async () => {
  const { out, err } = await failed('--limit', '2', '--rate', '7');
  expect(out.split('\n').map(line => line.split('\t')[1])).toEqual(['i4', 'i3', undefined]);
  expect(err).toBe('4 failed images, the newest 2 listed: 3 DiskFull, 1 AccessDenied (1204 items read)\n');
  expect(aws.requests[0]).toEqual({ command: 'failed', limit: 2, rate: 7, seconds: 5 });
});

test('--json prints one object', async () => {
  expect(JSON.parse((await failed('--json', '--limit', '1')).out)).toEqual({
    failed: [image(4, 'AccessDenied')],
    total: 4,
    causes: { DiskFull: 3, AccessDenied: 1 },
    items_read: 1204,
    complete: true,
  });
});

test('Ctrl-C lists the images found so far, and says that it read a part of the table', async () => {
  aws.functions = { operator: [PARTS[0], answer({ done: false, cursor: 'c2', failed: [], causes: {}, read: 0 })] };
  aws.onRequest = child => { child?.kill('SIGINT'); };
  const { code, out, err } = await failed();
  expect([code, out.trim().split('\n')]).toEqual([130, [expect.stringContaining('i3'), expect.stringContaining('i1')]]);
  expect(err).toContain('2 failed images: 2 DiskFull (1000 items read, a part of the table)\n');
  expect(err).not.toContain('--cursor');
});

test('an empty list says so', async () => {
  aws.functions = { operator: [answer({ failed: [], causes: {}, read: 1 })] };
  expect(await failed()).toEqual({ code: 0, out: '', err: 'no failed images (1 item read)\n' });
});

test('an answer of another function is an error', async () => {
  aws.functions = { operator: [{ message: 'hello' }] };
  expect(await failed()).toMatchObject({ code: 1, out: '' });
});

test.each<[string[], string]>([
  [['failed', '--function', 'f', '--limit', '0'], '--limit must be a whole number from 1 to 1000, got: 0'],
  [['failed', '--function', 'f', '--limit', '1001'], '--limit must be a whole number from 1 to 1000, got: 1001'],
  [['failed', '--function', 'f', '--limit', 'all'], '--limit must be a whole number from 1 to 1000, got: all'],
  [['failed', '--function', 'f', '--cursor', 'c'], 'failed has no option --cursor'],
  [['failed', '--function', 'f', '--all'], 'failed has no option --all'],
  [['status', '--function', 'f', '--json'], 'status has no option --json'],
  [['redrive', '--function', 'f', '--limit', '2'], 'redrive has no option --limit'],
])('rejects %j with an error that names the mistake', async (args, message) => {
  const { code, err } = await aws.runAnywhere(...args);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});

const LIST = { failed: [image(1), { ...image(2, 'AccessDenied'), tries: 12 }], causes: {}, seen: 2, read: 9 } as const;

test('a terminal gets aligned columns with headings, and no headings without images', () => {
  expect(formatTable(LIST as never)).toEqual([
    'FAILED AT                 IMAGE ID  TRIES  LAST ERROR',
    '2026-11-30T12:00:01.000Z  i1        1      DiskFull',
    '2026-11-30T12:00:02.000Z  i2        12     AccessDenied',
  ]);
  expect(formatTable({ failed: [], causes: {}, seen: 0, read: 0 })).toEqual([]);
});

test('a list that Ctrl-C ended early says that it is a part', () => {
  const part = { failed: [], causes: {}, seen: 0, read: 500, cursor: 'c' } satisfies Parameters<typeof formatCount>[0];
  expect(formatCount(part)).toBe('no failed images (500 items read, a part of the table)');
});
