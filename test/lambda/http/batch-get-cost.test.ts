import { BASE_URL, delivery } from './support/signing';
import { createDynamoDbClient } from '../../../lambda/aws/clients';
import { openImageTable } from '../../../lambda/aws/image-table';
import { computeUserSegment } from '../../../lambda/domain/caller';
import type { SignedDelivery } from '../../../lambda/domain/deliver/ports';
import type { ApiDeps, Table } from '../../../lambda/domain/ports';
import { answer } from '../../../lambda/http/app';
import { LOCAL } from '../../../local/names';
import { buildOriginalKey, type ImageRecord, NO_TENANT } from '../../../src/contract';
import { useTable } from '../../support/engines';
import { QUIET } from '../../support/quiet-logger';

/** As many as one request may name. */
const COUNT = 100;
const MINUTE = 60_000;
/** Half a minute into a quarter of an hour. */
const NOW = Date.UTC(2026, 10, 22, 12, 0, 30);

const RECORDS = Array.from({ length: COUNT }, (_, n) => buildReady(n));
const IDS = RECORDS.map(record => record.image_id);

/** A ready image of an owner of its own, shared with bob. */
function buildReady(n: number): ImageRecord {
  const [image_id, owner] = [`01${String(n).padStart(24, '0')}`, `owner-${n}`];
  const updated_at = '2026-11-22T10:15:30.123Z';
  return {
    image_id,
    owner,
    user_id: owner,
    status: 'ready',
    version: 3,
    object_key: buildOriginalKey(NO_TENANT, computeUserSegment({ userId: owner }), image_id, 'n0nce'),
    url_until: 0,
    content_type: 'image/jpeg',
    size: 1000,
    shared_with: ['user:bob'],
    created_at: `${updated_at}#${image_id}`,
    updated_at,
    variants: ['thumb', 'small', 'medium', 'large'].map(name => {
      return { name, format: 'avif', width: 320, height: 240, size: 9, settings: 's' };
    }),
  };
}

interface Read {
  readonly command?: string;
  /** Ids in a BatchGetItem. */
  readonly ids: readonly string[];
}

const reads: Read[] = [];
let table: Table;

useTable();

beforeAll(async () => {
  const client = createDynamoDbClient();
  table = openImageTable(client, LOCAL.TABLE);
  for (const put of RECORDS) await table.write([{ put, guard: 'absent' }]);
  // Behind the SDK's own retries, so that it sees every request that goes out.
  client.middlewareStack.add((next, { commandName }) => async args => {
    reads.push({ command: commandName, ids: listIds(args.input) });
    return next(args);
  }, { step: 'finalizeRequest', priority: 'low' });
});

function listIds(input: object): string[] {
  const { RequestItems = {} } = input as { RequestItems?: Record<string, { Keys: { image_id: { S: string } }[] }> };
  return Object.values(RequestItems).flatMap(({ Keys }) => Keys.map(({ image_id }) => image_id.S));
}

interface Result {
  readonly image_id: string;
  readonly status: number;
  readonly image: { readonly image_id: string; readonly variants: readonly { readonly url: string }[] };
}

/** One request of bob, the requests to DynamoDB that it makes, and its signatures. */
async function batchGet(image_ids: readonly string[], now = NOW) {
  let signatures = 0;
  const { signer, ...signed } = delivery();
  const counting: SignedDelivery = {
    ...signed,
    signer: {
      sign: policy => {
        signatures += 1;
        return signer.sign(policy);
      },
    },
  };
  const deps = { table, delivery: counting, clock: { now: () => now }, logger: QUIET } as unknown as ApiDeps;
  reads.length = 0;
  const { status, body = '' } = await answer({
    method: 'POST',
    resource: '/images/batch-get',
    path: '/images/batch-get',
    parameters: {},
    query: new Map(),
    headers: new Map([['x-user-id', ['bob']], ['content-type', ['application/json']]]),
    body: Buffer.from(JSON.stringify({ image_ids })),
    requestId: 'r',
  }, { access: 'iam', deps, corsOrigins: [], onError: error => { throw error; } });
  expect(status).toBe(200);
  const { results } = JSON.parse(body) as { results: Result[] };
  expect(results.map(result => [result.image_id, result.status])).toEqual(image_ids.map(id => [id, 200]));
  return { results, reads: [...reads], signatures };
}

function listUrls(results: readonly Result[]): string[] {
  return results.flatMap(({ image }) => image.variants.map(({ url }) => url));
}

describe('batch-get of 100 images of 100 owners', () => {
  test('reads DynamoDB once and signs once for each image', async () => {
    const got = await batchGet(IDS);
    expect(got.reads).toEqual([{ command: 'BatchGetItemCommand', ids: IDS }]);
    expect(got.signatures).toBe(COUNT);
  });

  test('gives every variant a URL below the path of its owner', async () => {
    const { results } = await batchGet(IDS);
    expect(listUrls(results).map(url => url.slice(0, url.indexOf('?')))).toEqual(
      RECORDS.flatMap(({ image_id, owner, variants = [] }) =>
        variants.map(({ name }) => `${BASE_URL}/_/${computeUserSegment({ userId: owner })}/${image_id}/${name}`)),
    );
  });

  test('gives the same URLs within a quarter of an hour, and others in the next', async () => {
    const urls = listUrls((await batchGet(IDS)).results);
    expect(new Set(urls).size).toBe(4 * COUNT);
    expect(listUrls((await batchGet(IDS, NOW + 14 * MINUTE)).results)).toEqual(urls);
    const later = listUrls((await batchGet(IDS, NOW + 15 * MINUTE)).results);
    expect(later.filter(url => urls.includes(url))).toEqual([]);
  });
});

test('batch-get of 100 repeats of one id reads one key and signs once', async () => {
  const got = await batchGet(Array<string>(COUNT).fill(IDS[0]));
  expect(got.reads).toEqual([{ command: 'BatchGetItemCommand', ids: [IDS[0]] }]);
  expect(got.signatures).toBe(1);
  expect(new Set(got.results.map(result => JSON.stringify(result))).size).toBe(1);
});
