import { createDynamoDbClient } from '../../../lambda/aws/clients';
import { openImageTable } from '../../../lambda/aws/image-table';
import { openRejectionCache } from '../../../lambda/aws/rejection-cache';
import { LOCAL } from '../../../local/names';
import { useTable } from '../../support/engines';

const REJECTION = { code: 'RESOURCE_LIMIT', message: 'Decoding the image crashes the decoder.' } as const;
const DAY = 86_400_000;

let now: number;

useTable();
beforeEach(() => { now = Date.now(); });

test('a rejection is recalled for 90 days, whether or not its row has been deleted by then', async () => {
  const cache = openRejectionCache(createDynamoDbClient(), LOCAL.TABLE, () => now);
  await cache.remember('hash', REJECTION);
  await cache.remember('hash', REJECTION);
  expect(await cache.recall('hash')).toEqual(REJECTION);
  expect(await cache.recall('other')).toBeUndefined();
  now += 89 * DAY;
  expect(await cache.recall('hash')).toEqual(REJECTION);
  now += 2 * DAY;
  expect(await cache.recall('hash')).toBeUndefined();
});

test('the row of a rejection expires, and has no attribute that lists or sweeps images', async () => {
  await openRejectionCache(createDynamoDbClient(), LOCAL.TABLE, () => now).remember('alone', REJECTION);
  const row = await openImageTable(createDynamoDbClient(), LOCAL.TABLE).get('refused#alone');
  expect(row).toEqual({
    image_id: 'refused#alone',
    rejection: REJECTION,
    expires_at: Math.ceil(now / 1000) + 90 * 86_400,
  });
});
