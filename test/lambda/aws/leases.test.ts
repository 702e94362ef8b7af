import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { createDynamoDbClient } from '../../../lambda/aws/clients';
import { openLeaseTable } from '../../../lambda/aws/leases';
import { LOCAL } from '../../../local/names';
import { buildLeaseId } from '../../../src/contract';
import { audit } from '../../audit/auditor';
import type { Item } from '../../audit/raw-storage';
import { useTable } from '../../support/engines';

const MINUTE = 60_000;

let now: number;
let made = 0;
let id: string;

useTable();
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

test('a lease cannot be taken twice until it ends or is released', async () => {
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

test('a holder whose lease ended does not release that of another', async () => {
  const late = await leases().take(id, now + MINUTE);
  now += MINUTE;
  await leases().take(id, now + MINUTE);
  const before = await stored();
  await late!.release();
  expect(await stored()).toEqual(before);
  expect(await leases().take(id, now + MINUTE)).toBeUndefined();
});

test('a lease ends by milliseconds and its row expires by seconds, held or released', async () => {
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
