import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { Clock } from './clock';
import { MemoryTable } from './memory-table';
import { createDynamoDbClient } from '../../lambda/aws/clients';
import { openImageTable } from '../../lambda/aws/image-table';
import { openTableScan } from '../../lambda/aws/table-scan';
import type { DueKey, Guard, IndexQuery, Table, Write } from '../../lambda/domain/ports';
import { ensureTable } from '../../local/resources/table';
import type { ImageRecord } from '../../src/contract';
import { useTable } from '../support/engines';

/**
 * The model test is only as good as its table: the model's table and the DynamoDB adapter must give equal answers to
 * equal calls.
 */
let client: DynamoDBDocumentClient;
let real: Table;
let tables = 0;

// The SDK warns about Node 20 on each start.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

useTable();
beforeAll(() => { client = createDynamoDbClient(); });
afterAll(() => client.destroy());
beforeEach(async () => { real = await freshTable(); });

async function freshTable(): Promise<Table> {
  const name = `conformance-${++tables}`;
  const admin = new DynamoDBClient({});
  await ensureTable(admin, name);
  admin.destroy();
  return openImageTable(client, name);
}

function row(id: string, more: Partial<ImageRecord> = {}): ImageRecord {
  return {
    image_id: id,
    owner: 'alice',
    status: 'pending',
    version: 1,
    object_key: `key-${id}`,
    url_until: 5,
    content_type: 'image/png',
    size: 8,
    updated_at: '2026-01-01T00:00:00.000Z',
    ...more,
  };
}

const listedRow = (id: string, minute: number) =>
  row(id, { user_id: 'alice', created_at: `2026-01-01T00:0${minute}:00.000Z#${id}` });
const put = (id: string, guard: Guard = 'absent', more: Partial<ImageRecord> = {}): Write => ({
  put: row(id, more),
  guard,
});
const update = (
  id: string, guard: Guard, set: Partial<ImageRecord> = { version: 2 }, remove: (keyof ImageRecord)[] = [],
): Write => (
  { update: id, set, remove, guard });

type Call = (table: Table) => Promise<unknown>;

/** Makes the calls in turn and returns each answer; an error counts as an answer. */
async function answers(table: Table, calls: readonly Call[]): Promise<unknown[]> {
  const given: unknown[] = [];
  for (const call of calls) given.push(await call(table).catch(() => 'error'));
  return given;
}

async function alike(calls: readonly Call[], other = real): Promise<void> {
  expect(await answers(other, calls)).toEqual(await answers(new MemoryTable(new Clock(0)), calls));
}

const write = (...writes: Write[]): Call => async table => table.write(writes);
const get = (id: string): Call => async table => table.get(id);
const list = (query: Partial<IndexQuery> = {}): Call =>
  async table => table.listByUser({ partition: 'alice', descending: true, limit: 10, ...query });
const due = (partition: number, now: number, limit = 10, behind?: DueKey): Call =>
  async table => table.listDue(partition, now, limit, behind);

test.each<[string, Call[]]>([
  ['a put where nothing is, and again', [write(put('a')), write(put('a', 'absent', { version: 7 })), get('a')]],
  [
    'a put over a row replaces all of it',
    [write(put('a', 'absent', { filename: 'f', tags: ['x'] })), write(put('a', { status: 'pending' })), get('a')],
  ],
  ['a put over a row that is not there', [write(put('a', { status: 'pending' })), get('a')]],
  ['a put over another status', [write(put('a')), write(put('a', { status: 'ready' }, { version: 7 })), get('a')]],
  ['an update sets and removes', [
    write(put('a', 'absent', { filename: 'f' })),
    write(update('a', { version: 1 }, { version: 2, tags: [] }, ['filename'])), get('a'),
  ]],
  [
    'an update removes what is not there',
    [write(put('a')), write(update('a', { version: 1 }, { version: 2 }, ['filename'])), get('a')],
  ],
  ['an update of a row that is not there', [write(update('a', { status: 'pending' })), get('a')]],
  [
    'an update demands absence',
    [write(put('a')), write(update('a', { status: 'pending', due_at: undefined })), get('a')],
  ],
  ['an update demands absence of what is there', [
    write(put('a', 'absent', { due_at: 1, sweep: 0 })), write(update('a', { status: 'pending', due_at: undefined })),
    get('a'),
  ]],
  [
    'an update demands all of several',
    [write(put('a')), write(update('a', { version: 1, status: 'ready' })), get('a')],
  ],
  [
    'a transaction',
    [write(put('a'), put('b')), write(update('a', { version: 1 }), update('b', { version: 1 })), get('a'), get('b')],
  ],
  [
    'a transaction whose second guard refuses',
    [write(put('a')), write(update('a', { version: 1 }), update('b', { version: 1 })), get('a')],
  ],
  [
    'a transaction whose guards all refuse',
    [write(put('a'), put('b')), write(update('a', { version: 3 }), update('b', { version: 3 }))],
  ],
  [
    'a transaction that writes a row twice',
    [write(put('a')), write(update('a', { version: 1 }), put('a', { version: 1 })), get('a')],
  ],
  [
    'an attribute that is set and removed at once',
    [write(put('a')), write(update('a', { version: 1 }, { filename: 'f' }, ['filename'])), get('a')],
  ],
  [
    'rows of several, some missing',
    [write(put('a'), put('b')), async table => (await table.getMany(['b', 'c', 'a'])).map(r => r.image_id).sort()],
  ],
])('both tables answer alike: %s', async (_, calls) => alike(calls));

test('facets come and go with their image in both tables alike', async () => {
  const created_at = listedRow('a', 1).created_at!;
  const facet: Write = { putFacet: { image_id: 'a#tag:x', user_id: 'alice#tag:x', created_at } };
  await alike([
    write({ put: listedRow('a', 1), guard: 'absent' }, facet),
    list({ partition: 'alice#tag:x' }),
    write(update('a', { version: 9 }), { removeFacet: 'a#tag:x' }),
    list({ partition: 'alice#tag:x' }),
    write(update('a', { version: 1 }), { removeFacet: 'a#tag:x' }, { removeFacet: 'a#tag:y' }),
    list({ partition: 'alice#tag:x' }),
  ]);
});

test('both tables list alike in both orders, from any key, within any bounds', async () => {
  const fill = write(
    ...[1, 2, 3, 4, 5].map((minute): Write => ({ put: listedRow(`i${minute}`, minute), guard: 'absent' })),
  );
  const keyOf = (minute: number) => ({
    image_id: `i${minute}`,
    created_at: listedRow(`i${minute}`, minute).created_at!,
  });
  const queries = [true, false].flatMap(descending => [
    {}, { limit: 5 }, { limit: 4 }, { limit: 1 }, { behind: keyOf(3) }, { behind: keyOf(3), limit: 2 },
    { behind: keyOf(3), limit: 1 },
    { above: '2026-01-01T00:02:00.000Z$' }, { below: '2026-01-01T00:04:00.000Z#' },
    { above: '2026-01-01T00:02:00.000Z$', below: '2026-01-01T00:05:00.000Z#' },
    { above: '2026-01-01T00:01:00.000Z$', behind: keyOf(3), limit: 1 }, { partition: 'bob' },
  ].map(query => ({ descending, ...query })));
  const unlist = write(update('i2', { version: 1 }, { version: 2 }, ['user_id', 'created_at']));
  await alike([fill, ...queries.map(list), unlist, ...queries.slice(0, 5).map(list)]);
});

test('both tables list alike what is due, by shard and time', async () => {
  const fill = [3, 1, 2].map(n => write(put(`d${n}`, 'absent', { sweep: 1, due_at: n * 10 })));
  await alike([
    ...fill, write(put('other', 'absent', { sweep: 2, due_at: 5 })), write(put('never')),
    due(1, 9), due(1, 10), due(1, 25), due(1, 100), due(1, 100, 2), due(1, 100, 1, { image_id: 'd1', due_at: 10 }),
    due(1, 100, 9, { image_id: 'gone', due_at: 15 }), due(2, 100), due(3, 100),
    write(update('d1', { due_at: 10 }, { due_at: 90 })), due(1, 100),
    write(update('d1', { due_at: 90 }, { version: 2 }, ['sweep', 'due_at'])), due(1, 100),
  ]);
});

test('a scan finds each image that is ready or failed once, from any of them on', async () => {
  const statuses = ['ready', 'failed', 'pending', 'processing', 'rejected', 'deleting', 'deleted', 'expired'] as const;
  const images = Array.from({ length: 40 }, (_, n) => row(`s${n}`, { status: statuses[n % statuses.length] }));
  for (const image of images) {
    await real.write([
      { put: image, guard: 'absent' },
      { putFacet: { image_id: `${image.image_id}#tag:x`, user_id: 'alice#tag:x', created_at: 't' } },
    ]);
  }
  const scan = openTableScan(client, `conformance-${tables}`);
  const found: string[] = [];
  for (let behind: string | undefined, more = true; more;) {
    const page = await scan.readPage(7, behind);
    found.push(...page.records.map(({ image_id }) => image_id));
    // Continue after the last image, not at the end of the page: an operator's cursor stands for an image.
    behind = page.records.at(-1)?.image_id ?? page.behind;
    more = page.behind !== undefined;
    // DynamoDB charges for rows of every kind.
    if (more) expect(page.read).toBe(7);
  }
  const wanted = images.filter(({ status }) => status === 'ready' || status === 'failed').map(
    ({ image_id }) => image_id,
  );
  expect(found.sort()).toEqual(wanted.sort());
});

const ids = fc.constantFrom('a', 'b');
const guards = fc.oneof(
  fc.constant<Guard>('absent'),
  fc.record({ version: fc.constantFrom(1, 2), due_at: fc.constantFrom(undefined, 1) }, { requiredKeys: ['version'] }),
);
const writes = fc.oneof(
  fc.record({ put: fc.tuple(ids, fc.constantFrom(1, 2)).map(([id, version]) => row(id, { version })), guard: guards }),
  fc.record({
    update: ids,
    set: fc.constantFrom<Partial<ImageRecord>>({ version: 1 }, { version: 2 }, { due_at: 1, sweep: 0 }, {
      version: 2,
      tags: ['x', 'y'],
    }),
    remove: fc.constantFrom<(keyof ImageRecord)[]>([], ['filename'], ['rejection']),
    guard: guards.filter(guard => guard !== 'absent'),
  }),
);

test('both tables answer random calls alike', async () => {
  const transaction = fc.uniqueArray<Write, string>(writes, {
    minLength: 1,
    maxLength: 2,
    selector: candidate => ('put' in candidate
      ? candidate.put.image_id
      : 'update' in candidate ? candidate.update
        : ''),
  });
  await fc.assert(fc.asyncProperty(fc.array(transaction, { maxLength: 8 }), async transactions => {
    await alike([...transactions.map(each => write(...each)), get('a'), get('b'), due(0, 10)], await freshTable());
  }), { numRuns: 60 });
});
