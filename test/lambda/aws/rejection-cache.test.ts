import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoDbClient } from '../../../lambda/aws/clients';
import { openImageTable } from '../../../lambda/aws/image-table';
import { openRejectionCache } from '../../../lambda/aws/rejection-cache';
import { startTableEngine, type TableEngine } from '../../../local/engines/table';
import { LOCAL } from '../../../local/names';
import { buildEmbeddedPlace } from '../../../local/place';
import { ensureTable } from '../../../local/resources/table';

const REJECTION = { code: 'RESOURCE_LIMIT', message: 'Decoding the image ends the decoder.' } as const;
const DAY = 86_400_000;

let engine: TableEngine;
let now: number;

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
beforeEach(() => { now = Date.now(); });

test('what was refused is known again for 90 days, whether or not the row has been deleted by then', async () => {
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

test('the row goes by itself, and nothing that lists or sweeps images finds it', async () => {
  await openRejectionCache(createDynamoDbClient(), LOCAL.TABLE, () => now).remember('alone', REJECTION);
  const row = await openImageTable(createDynamoDbClient(), LOCAL.TABLE).get('refused#alone');
  expect(row).toEqual({
    image_id: 'refused#alone',
    rejection: REJECTION,
    expires_at: Math.ceil(now / 1000) + 90 * 86_400,
  });
});
