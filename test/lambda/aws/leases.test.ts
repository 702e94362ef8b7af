import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { createDynamoDbClient } from '../../../lambda/aws/clients';
import { openLeaseTable } from '../../../lambda/aws/leases';
import { startTableEngine, type TableEngine } from '../../../local/engines/table';
import { LOCAL } from '../../../local/names';
import { buildEmbeddedPlace } from '../../../local/place';
import { ensureTable } from '../../../local/resources/table';
import { buildLeaseId } from '../../../src/contract';
import { audit } from '../../audit/auditor';
import type { Item } from '../../audit/raw-storage';

const MINUTE = 60_000;

let engine: TableEngine;
let now: number;
let made = 0;
let id: string;

beforeAll(async () => {
  engine = await startTableEngine();
  Object.assign(process.env, {
    AWS_REGION: LOCAL.REGION,
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
  });
  await ensureTable(new DynamoDBClient({}), buildEmbeddedPlace('', engine.endpoint).table);
});
afterAll(() => engine.close());
beforeEach(() => {
  now = Date.now();
  id = buildLeaseId(`01ARZ3NDEKTSV4RRFFQ69G5F${String(++made).padStart(2, '0')}`, 'thumb.avif');
});

const leases = () => openLeaseTable(createDynamoDbClient(), LOCAL.TABLE, () => now);

async function stored(): Promise<Item> {
  return (await createDynamoDbClient()
    .send(new GetCommand({ TableName: LOCAL.TABLE, Key: { image_id: id }, ConsistentRead: true }))).Item!;
}

async function findings(): Promise<unknown[]> {
  const row = await stored();
  return audit({ async *rows() { yield row; }, async *objects() { yield* []; } }, { now });
}

test('one lease at a time, until it ends or is given back', async () => {
  const first = await leases().take(id, now + MINUTE);
  expect(await leases().take(id, now + MINUTE)).toBeUndefined();
  await first!.release();
  const second = await leases().take(id, now + MINUTE);
  expect(second).toBeDefined();
  now += MINUTE - 1;
  expect(await leases().take(id, now + MINUTE)).toBeUndefined();
  now += 1;
  expect(await leases().take(id, now + MINUTE)).toBeDefined();
});

test('a holder that comes late gives back nothing of another', async () => {
  const late = await leases().take(id, now + MINUTE);
  now += MINUTE;
  await leases().take(id, now + MINUTE);
  const before = await stored();
  await late!.release();
  expect(await stored()).toEqual(before);
  expect(await leases().take(id, now + MINUTE)).toBeUndefined();
});

test('a lease ends by milliseconds and goes by seconds, when it is held and when it was given back', async () => {
  const lease = await leases().take(id, now + MINUTE);
  expect(await stored()).toMatchObject({
    lease_until: now + MINUTE,
    expires_at: Math.ceil((now + MINUTE) / 1000) + 3600,
  });
  expect(await findings()).toEqual([]);
  await lease!.release();
  expect(await stored()).toMatchObject({ lease_until: 0 });
  expect(await findings()).toEqual([]);
});
