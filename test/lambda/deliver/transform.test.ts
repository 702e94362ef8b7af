import { GetObjectCommand, GetObjectTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { openService, SET } from './service';
import { createDynamoDbClient } from '../../../lambda/aws/clients';
import { openLeaseTable } from '../../../lambda/aws/leases';
import { openRejectionCache } from '../../../lambda/aws/rejection-cache';
import type { TransformDeps } from '../../../lambda/domain/deliver/transform-deps';
import { TryAgain } from '../../../lambda/domain/errors';
import { deliver } from '../../../lambda/http/deliver';
import type { DeliveryResponse } from '../../../lambda/http/messages';
import type { DecoderPool } from '../../../lambda/imaging/decoder/pool';
import { createImaging } from '../../../lambda/imaging/make-variants';
import { LOCAL } from '../../../local/names';
import { DELIVERY, DELIVERY_HEADERS, IMAGE_LIMITS, buildLeaseId } from '../../../src/contract';
import { together } from '../../acceptance/support/together';
import { QUIET } from '../../support/quiet-logger';
import { openDecoderPool } from '../imaging/support/decoder-build';

let service: Awaited<ReturnType<typeof openService>>;
let pool: DecoderPool;
let photo: Buffer;
let moving: Buffer;
let encodes: string[];

openDecoderPool(opened => { pool = opened; });
beforeAll(async () => {
  service = await openService();
  photo = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#336699' } }).jpeg().toBuffer();
  const still = (background: string) =>
    sharp({ create: { width: 40, height: 30, channels: 3, background } }).png().toBuffer();
  const frames = await Promise.all(['#ff0000', '#00ff00'].map(still));
  moving = await sharp(frames, { join: { animated: true } }).gif().toBuffer();
}, 120_000);

afterAll(async () => service.close());

beforeEach(() => { encodes = []; });

let client: ReturnType<typeof createDynamoDbClient> | undefined;

/**
 * One function instance, as Lambda would start it: real adapters, real decoder. All instances share one client, since a
 * hundred clients in one process would cause timeouts.
 */
function transformFunction(more: Partial<TransformDeps> = {}): TransformDeps {
  client ??= createDynamoDbClient();
  const now = () => Date.now();
  const decoders = {
    decode: async (job: Parameters<DecoderPool['decode']>[0]) => {
      encodes.push(...job.renditions?.map(({ variant, format }) => `${variant}.${format}`) ?? ['all']);
      return pool.decode(job);
    },
  };
  return {
    table: service.rows,
    objects: service.objects,
    leases: openLeaseTable(client, LOCAL.TABLE, now),
    rejectionCache: openRejectionCache(client, LOCAL.TABLE, now),
    imaging: createImaging({ variants: SET, limits: IMAGE_LIMITS, decoders }),
    cdn: { invalidate: async () => undefined },
    clock: { now, sleep: async ms => new Promise(resolve => setTimeout(resolve, ms)) },
    logger: QUIET,
    leaseMs: 60_000,
    ...more,
  };
}

/** One request, one answer. An error that the service hides from viewers fails the test. */
async function ask(
  path: string, deps = transformFunction(), method = 'GET', isExact = false,
): Promise<DeliveryResponse> {
  const hidden: unknown[] = [];
  const response = await deliver({ requestId: 'r', method, path, isExact }, {
    deps, deadline: Date.now() + 60_000, onError: error => hidden.push(error),
  });
  if (hidden.length > 0) throw hidden[0];
  return response;
}

const codeOf = ({ status, body }: DeliveryResponse) => `${status} ${JSON.parse(Buffer.from(body).toString()).code}`;

test('a hundred requests for one variant, 25 at a time, all get it, and it is made once', async () => {
  await service.ready('01CROWD', 'image/jpeg', photo);
  // On AWS each instance has a process. Here they share one with the table and storage; with more instances, waits
  // would exceed the client's timeout.
  const answers = await together(
    Array.from({ length: 100 }), async () => ask('/_/alice/01CROWD/large.webp', transformFunction()), 25,
  );
  expect(encodes).toEqual(['large.webp']);
  expect(service.stored.filter(key => key.startsWith('variants/_/alice/01CROWD/'))).toEqual([
    'variants/_/alice/01CROWD/large.webp',
  ]);
  expect(new Set(answers.map(({ status, headers }) => `${status} ${headers['content-type']}`))).toEqual(
    new Set(['200 image/webp']),
  );
  for (const { body } of answers) expect(Buffer.compare(body, answers[0].body)).toBe(0);
  expect(await sharp(answers[0].body).metadata()).toMatchObject({ format: 'webp', width: 200, height: 150 });
}, 120_000);

test('a variant is stored with its type, an immutable cache header and the on-demand tag', async () => {
  await service.ready('01STORED', 'image/jpeg', photo);
  const { body, headers } = await ask('/_/alice/01STORED/large.avif');
  expect(headers).toEqual({
    ...DELIVERY_HEADERS,
    'content-type': 'image/avif',
    'cache-control': DELIVERY.CACHE_CONTROL,
    'etag': expect.stringMatching(/^"[^"]+"$/),
  });
  const s3 = new S3Client({ forcePathStyle: true });
  const place = { Bucket: LOCAL.BUCKET, Key: 'variants/_/alice/01STORED/large.avif' };
  const stored = await s3.send(new GetObjectCommand(place));
  expect([stored.ContentType, stored.CacheControl, stored.ETag]).toEqual([
    'image/avif', DELIVERY.CACHE_CONTROL, headers.etag,
  ]);
  expect(Buffer.from(await stored.Body!.transformToByteArray()).equals(Buffer.from(body))).toBe(true);
  expect((await s3.send(new GetObjectTaggingCommand(place))).TagSet).toEqual([
    { Key: 'generation', Value: 'on-demand' },
  ]);
  s3.destroy();
});

test('a stored variant is served without decoding, and HEAD gets its headers without the bytes', async () => {
  await service.ready('01TWICE', 'image/jpeg', photo);
  const first = await ask('/_/alice/01TWICE/thumb.jpg');
  const second = await ask('/_/alice/01TWICE/thumb.jpg');
  const head = await ask('/_/alice/01TWICE/thumb.jpg', undefined, 'HEAD');
  expect(encodes).toEqual(['thumb.jpeg']);
  expect(Buffer.compare(first.body, second.body)).toBe(0);
  expect([head.status, head.headers, head.body.length]).toEqual([200, first.headers, 0]);
});

test('a viewer that accepts AVIF gets an animation as an animated WebP', async () => {
  await service.ready('01MOVES', 'image/gif', moving, { animated: true });
  const { headers, body } = await ask('/_/alice/01MOVES/large.avif');
  expect([headers['content-type'], (await sharp(body, { animated: true }).metadata()).pages]).toEqual([
    'image/webp', 2,
  ]);
  await ask('/_/alice/01MOVES/large.avif');
  expect(encodes).toEqual(['large.webp']);
});

test('an animation is not found as AVIF by its exact name, and is not decoded', async () => {
  await service.ready('01NAMED', 'image/gif', moving, { animated: true });
  expect(codeOf(await ask('/_/alice/01NAMED/large.avif', undefined, 'GET', true))).toBe('404 not-found');
  expect(encodes).toEqual([]);
  expect((await ask('/_/alice/01NAMED/large.webp', undefined, 'GET', true)).headers['content-type']).toBe('image/webp');
  await service.ready('01STILL', 'image/jpeg', photo);
  expect((await ask('/_/alice/01STILL/large.avif', undefined, 'GET', true)).headers['content-type']).toBe('image/avif');
});

test.each([
  ['an unknown variant', '/_/alice/01READY/huge.webp'],
  ['a format that the variant lacks', '/_/alice/01READY/large.png'],
  ['no format', '/_/alice/01READY/large'],
  ['another\'s folder', '/_/bob/01READY/large.webp'],
  ['another tenant', '/t/alice/01READY/large.webp'],
  ['an image that does not exist', '/_/alice/01NONE/large.webp'],
  ['a row of a lease', '/_/alice/01READY%23lease:large.webp/large.webp'],
  ['an image that is not ready', '/_/alice/01DELETING/large.webp'],
  ['an image that no worker has seen', '/_/alice/01UNSEEN/large.webp'],
  ['no path', '/'],
  ['a path that climbs', '/_/alice/../01READY/large.webp'],
])('%s is not found, without decoding', async (_, path) => {
  if (!await service.rows.get('01READY')) {
    await service.ready('01READY', 'image/jpeg', photo);
    await service.ready('01DELETING', 'image/jpeg', photo, { status: 'deleting' });
    await service.ready('01UNSEEN', 'image/jpeg', photo, { attempt: undefined });
  }
  const response = await ask(path);
  expect([codeOf(response), encodes]).toEqual(['404 not-found', []]);
  // CloudFront does not keep a 404 with `no-store` (Developer Guide, "Control how long CloudFront caches errors"): its
  // error page says that to viewers.
  expect(response.headers).toEqual({ ...DELIVERY_HEADERS, 'content-type': 'application/problem+json' });
});

test('a variant that kills the decoder is tried once', async () => {
  await service.ready('01FATAL', 'image/jpeg', Buffer.concat([photo, Buffer.from('fatal')]));
  const deps = transformFunction();
  let tried = 0;
  const deadly = {
    ...deps.imaging,
    make: async () => {
      tried++;
      return { isFatal: true, rejection: { code: 'RESOURCE_LIMIT' as const, message: '' } };
    },
  };
  for (let i = 0; i < 3; i++) {
    expect(codeOf(await ask('/_/alice/01FATAL/large.webp', { ...deps, imaging: deadly }))).toBe('404 not-found');
  }
  expect(tried).toBe(1);
});

describe('an image that is deleted while its variant is made', () => {
  const KEY = (id: string) => `variants/_/alice/${id}/large.webp`;

  /** Marks the image as deleting when the variant's bytes exist but are not yet stored. */
  async function deletedMeanwhile(id: string, more: Partial<TransformDeps> = {}): Promise<TransformDeps> {
    const row = await service.ready(id, 'image/jpeg', photo);
    const deps = transformFunction(more);
    const make: TransformDeps['imaging']['make'] = async (...args) => {
      const made = await deps.imaging.make(...args);
      await service.rows.write([{ update: row.image_id, set: { status: 'deleting' }, guard: { status: 'ready' } }]);
      return made;
    };
    return { ...deps, imaging: { ...deps.imaging, make } };
  }

  test('is not found, leaves no object, and is invalidated before and after the deletion', async () => {
    const heard: boolean[] = [];
    const cdn = { invalidate: async () => void heard.push(await service.objects.find(KEY('01GONE')) !== undefined) };
    const deps = await deletedMeanwhile('01GONE', { cdn });
    const before = await service.rows.get('01GONE');
    expect(codeOf(await ask('/_/alice/01GONE/large.webp', deps))).toBe('404 not-found');
    expect(await service.objects.find(KEY('01GONE'))).toBeUndefined();
    expect(heard).toEqual([true, false]);
    expect(await service.rows.get('01GONE')).toEqual({ ...before, status: 'deleting' });
  });

  test('is unavailable, and leaves its bytes to the sweeper if the invalidation fails', async () => {
    const deps = await deletedMeanwhile('01UNHEARD', {
      cdn: { invalidate: async () => { throw new TryAgain('throttled'); } },
    });
    const response = await deliver({ requestId: 'r', method: 'GET', path: '/_/alice/01UNHEARD/large.webp' }, {
      deps, deadline: Date.now() + 60_000, onError: () => undefined,
    });
    expect(codeOf(response)).toBe('503 unavailable');
    expect(await service.objects.find(KEY('01UNHEARD'))).toBeDefined();
  });
});

test('a lease that is never released delays other requests until it ends', async () => {
  await service.ready('01LEASED', 'image/jpeg', photo);
  const { leases } = transformFunction();
  await leases.take(buildLeaseId('01LEASED', 'large.webp'), Date.now() + 1500);
  const began = Date.now();
  expect((await ask('/_/alice/01LEASED/large.webp')).status).toBe(200);
  expect(Date.now() - began).toBeGreaterThanOrEqual(1400);
});

test('a request that cannot be served in time gets 503 with Retry-After', async () => {
  await service.ready('01LATE', 'image/jpeg', photo);
  const deps = transformFunction();
  await deps.leases.take(buildLeaseId('01LATE', 'large.webp'), Date.now() + 60_000);
  const response = await deliver({ requestId: 'r', method: 'GET', path: '/_/alice/01LATE/large.webp' }, {
    deps, deadline: Date.now() + 300, onError: () => undefined,
  });
  expect([codeOf(response), response.headers['retry-after']]).toEqual(['503 unavailable', '1']);
});
