import { GetObjectCommand, GetObjectTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { openService, SET } from './service';
import { createDynamoDbClient } from '../../../lambda/aws/clients';
import { openLeaseTable } from '../../../lambda/aws/leases';
import type { TransformDeps } from '../../../lambda/domain/deliver/transform-deps';
import type { ObjectStore } from '../../../lambda/domain/ports';
import { deliver } from '../../../lambda/http/deliver';
import type { DeliveryResponse } from '../../../lambda/http/messages';
import { LOCAL } from '../../../local/names';
import { DELIVERY, DELIVERY_HEADERS, type ImageRecord, type Invalidation } from '../../../src/contract';
import { memoryImaging } from '../../model/memory-imaging';
import { QUIET } from '../../support/quiet-logger';

let service: Awaited<ReturnType<typeof openService>>;
let client: ReturnType<typeof createDynamoDbClient>;
beforeAll(async () => {
  service = await openService();
  client = createDynamoDbClient();
}, 60_000);
afterAll(async () => service.close());

const BYTES = Buffer.from('an encoded variant');
const copyOf = (id: string): string => `variants/public/_/alice/${id}/thumb.webp`;
const pathOf = (id: string): string => `/public/_/alice/${id}/thumb.webp`;

/** An image with its variant `thumb` stored. */
async function ready(id: string, more: Partial<ImageRecord> = {}): Promise<ImageRecord> {
  await service.objects.put(`variants/_/alice/${id}/thumb.webp`, BYTES, 'image/webp');
  return service.ready(id, 'image/jpeg', Buffer.from('original'), { visibility: 'public', ...more });
}

let heard: Invalidation[];
let stores: number;
beforeEach(() => {
  heard = [];
  stores = 0;
});

/** Real adapters. `meanwhile` runs when a copy has been stored. */
function transformFunction(meanwhile: () => Promise<unknown> = async () => undefined): TransformDeps {
  const put: ObjectStore['put'] = async (...args) => {
    stores++;
    const etag = await service.objects.put(...args);
    await meanwhile();
    return etag;
  };
  return {
    table: service.rows,
    objects: { ...service.objects, put },
    leases: openLeaseTable(client, LOCAL.TABLE, () => Date.now()),
    rejectionCache: { recall: async () => undefined, remember: async () => undefined },
    imaging: memoryImaging(SET),
    cdn: { invalidate: async invalidation => void heard.push(invalidation) },
    clock: { now: () => Date.now(), sleep: async () => undefined },
    logger: QUIET,
    leaseMs: 60_000,
  };
}

async function ask(path: string, deps = transformFunction()): Promise<DeliveryResponse> {
  const onError = (error: unknown): never => { throw error; };
  return deliver({ requestId: 'r', method: 'GET', path }, { deps, deadline: Date.now() + 60_000, onError });
}

test('a public image is copied with its own type, cache header and the on-demand tag', async () => {
  await ready('01OPEN');
  const { status, headers, body } = await ask(pathOf('01OPEN'));
  expect([status, Buffer.from(body).equals(BYTES), headers]).toEqual([200, true, {
    ...DELIVERY_HEADERS,
    'content-type': 'image/webp',
    'cache-control': 'max-age=31536000, s-maxage=3600, immutable',
    'etag': expect.stringMatching(/^"[^"]+"$/),
  }]);
  const s3 = new S3Client({ forcePathStyle: true });
  const place = { Bucket: LOCAL.BUCKET, Key: copyOf('01OPEN') };
  const copy = await s3.send(new GetObjectCommand(place));
  expect([copy.ContentType, copy.CacheControl, copy.ETag]).toEqual([
    'image/webp', DELIVERY.PUBLIC_CACHE_CONTROL, headers.etag,
  ]);
  expect((await s3.send(new GetObjectTaggingCommand(place))).TagSet).toEqual([
    { Key: 'generation', Value: 'on-demand' },
  ]);
  s3.destroy();
});

test.each<[string, Partial<ImageRecord>]>([
  ['private', { visibility: undefined }], ['still processed', { status: 'processing' }],
  ['rejected', { status: 'rejected' }], ['deleted', { status: 'deleting', visibility: undefined }],
  ['seen by no worker', { attempt: undefined }],
])('an image that is %s is 404 below /public/, and nothing is stored', async (what, change) => {
  const id = `01NO${what.replace(/\W/g, '').toUpperCase()}`;
  await ready(id, change);
  const { status } = await ask(pathOf(id));
  expect([status, stores, await service.objects.find(copyOf(id))]).toEqual([404, 0, undefined]);
});

test('a public image keeps its private path', async () => {
  await ready('01BOTH');
  const { headers } = await ask('/_/alice/01BOTH/thumb.webp');
  expect([headers['cache-control'], stores]).toEqual([DELIVERY.CACHE_CONTROL, 0]);
});

test.each<[string, Partial<ImageRecord>, (keyof ImageRecord)[]]>([
  ['made private', { public_until: 1, unpublished: 4 }, ['visibility']],
  ['deleted', { status: 'deleting' }, ['visibility']],
  ['reprocessed under the same name', {
    variants: [{ name: 'thumb', format: 'webp', width: 1, height: 1, settings: 'new' }],
  }, []],
])('an image that is %s while it is copied is 404, leaves no copy, and is invalidated before and after', async (what, set, remove) => {
  const id = `01LATE${what.slice(0, 4).toUpperCase()}`;
  const variants = [{ name: 'thumb', format: 'webp' as const, width: 1, height: 1, settings: 'old' }];
  const { object_key } = await ready(id, { variants });
  const deps = transformFunction(async () => service.rows.write([{ update: id, set, remove, guard: { object_key } }]));
  const { status } = await ask(pathOf(id), deps);
  expect([status, stores, await service.objects.find(copyOf(id))]).toEqual([404, 1, undefined]);
  expect(heard).toEqual([1, 2].map(() => ({ image_id: id, object_key, scope: 'public' })));
});

test('an image that is edited while it is copied stays', async () => {
  const { object_key } = await ready('01EDITED');
  const deps = transformFunction(
    async () => service.rows.write([{ update: '01EDITED', set: { version: 9, tags: ['new'] }, guard: { object_key } }]),
  );
  expect((await ask(pathOf('01EDITED'), deps)).status).toBe(200);
  expect([await service.objects.find(copyOf('01EDITED')) === undefined, heard]).toEqual([false, []]);
});
