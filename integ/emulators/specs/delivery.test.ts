import { CloudFrontClient, GetInvalidationCommand, ListInvalidationsCommand } from '@aws-sdk/client-cloudfront';
import { GetFunctionUrlConfigCommand, LambdaClient } from '@aws-sdk/client-lambda';
import sharp from 'sharp';
import { buildDeliveryPath, DELIVERY, DELIVERY_HEADERS } from '../../../src/contract';
import { Client, expectStatus } from '../../../test/acceptance/support/client';
import type { ImageView } from '../../../test/acceptance/support/model';
import { eventually } from '../../../test/acceptance/support/together';
import type { WireResponse } from '../../../test/environments/environment';
import { askCdn, type CdnRequest } from '../cdn';
import { buildClientOptions, createContractEnvironment, readDeployment, findPhysicalId } from '../deployment';
import { createAnimation, type Picture, createPortrait } from '../pictures';
import { readRow } from '../rows';

/** Allows for a cold worker and cold functions. */
const PATIENCE_MS = 90_000;
const CHROME = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';
const SAFARI_13 = 'image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5';
const EXTENSIONS = ['avif', 'webp', 'jpg'] as const;

const stack = readDeployment();
const client = new Client(createContractEnvironment());
let image: ImageView;
let moving: ImageView;

/** By its name without an extension, as the API returns it. */
function findUrl({ variants }: ImageView, name: string): string {
  return (variants as { name: string; url: string }[]).find(variant => variant.name === name)!.url;
}

const fetchThumb = (): string => findUrl(image, 'thumb');
const base = (): string => new URL(fetchThumb()).origin;

async function createReady(picture: Picture): Promise<ImageView> {
  const { image_id } = await client.createUploaded(picture);
  await eventually(async () => expect((await readRow(image_id)).status?.S).toBe('ready'), PATIENCE_MS);
  return client.image(image_id);
}

function expectHeaders({ headers }: WireResponse): void {
  for (const [name, value] of Object.entries(DELIVERY_HEADERS)) {
    expect([name, headers.get(name)]).toEqual([name, [value]]);
  }
}

async function expectProblem(url: string, status: number, code: string, request?: CdnRequest): Promise<void> {
  const answer = await askCdn(url, request);
  expect([url, answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')])
    .toEqual([url, status, ['application/problem+json'], ['no-store']]);
  expect(JSON.parse(answer.body.toString())).toMatchObject({ status, code });
  expectHeaders(answer);
}

beforeAll(async () => {
  [image, moving] = await Promise.all([createReady(await createPortrait()), createReady(await createAnimation())]);
}, 2 * PATIENCE_MS);

test('the API hands out URLs of the distribution, which end never and name no format', async () => {
  const { object_key } = await readRow(image.image_id);
  expect(image.variants).toMatchObject(['thumb', 'small', 'medium', 'large'].map(name => ({
    name,
    url: expect.stringMatching(new RegExp(`^https://[a-z0-9.]+${buildDeliveryPath(object_key.S!)}/${name}$`)),
    expires_at: null,
  })));
});

test.each([
  ['thumb', CHROME, 'image/avif', 'heif'], ['thumb', 'image/webp,*/*', 'image/webp', 'webp'],
  ['thumb', SAFARI_13, 'image/jpeg', 'jpeg'],
  ['medium', CHROME, 'image/avif', 'heif'], ['large', CHROME, 'image/avif', 'heif'],
])(
  '%s for %s is %s, made when it is first asked for, and the same from then on', async (name, accept, type, format) => {
    const request = { headers: { accept } };
    const [first, second] = [await askCdn(findUrl(image, name), request), await askCdn(findUrl(image, name), request)];
    expect([first.status, first.headers.get('content-type')]).toEqual([200, [type]]);
    const { width, height } = (image.variants as { name: string; width: number; height: number }[]).find(
      variant => variant.name === name,
    )!;
    expect(await sharp(first.body).metadata()).toMatchObject({ format, width, height });
    expect(second.body.equals(first.body)).toBe(true);
    for (const answer of [first, second]) {
      expectHeaders(answer);
      expect(answer.headers.get('cache-control')).toEqual([DELIVERY.CACHE_CONTROL]);
    }
  }, PATIENCE_MS,
);

test('each format can be asked for by its extension, whatever is accepted', async () => {
  for (const extension of EXTENSIONS) {
    const { status, headers } = await askCdn(`${fetchThumb()}.${extension}`, { headers: { accept: 'text/html' } });
    expect([status, headers.get('content-type')]).toEqual([200, [`image/${extension === 'jpg' ? 'jpeg' : extension}`]]);
  }
}, PATIENCE_MS);

test('an animation moves for whoever accepts AVIF, too', async () => {
  const { headers, body } = await askCdn(findUrl(moving, 'thumb'), { headers: { accept: CHROME } });
  expect([headers.get('content-type'), (await sharp(body).metadata()).pages]).toEqual([['image/webp'], 3]);
}, PATIENCE_MS);

test('neither query string, cookie nor a forged header makes another image of it', async () => {
  const { body } = await askCdn(fetchThumb(), { headers: { accept: CHROME } });
  const other = {
    'accept': CHROME,
    'cookie': 'w=9999',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-for': '1.2.3.4',
  };
  expect((await askCdn(`${fetchThumb()}?w=9999&format=png`, { headers: other })).body.equals(body)).toBe(true);
});

test('the set is closed', async () => {
  const folder = fetchThumb().replace(/thumb$/, '');
  const files = [
    'huge', '9999', 'thumb.png', 'thumb.tiff', 'thumb.', 'thumb/..', 'thumb%2e%2e', '', '__proto__', 'THUMB',
  ];
  for (const file of files) await expectProblem(`${folder}${file}`, 404, 'not-found');
  await expectProblem(fetchThumb(), 406, 'not-acceptable', { headers: { accept: 'image/png' } });
});

test('of others, of none and of what is no variant nothing is shown', async () => {
  const [, , user, id] = new URL(fetchThumb()).pathname.split('/');
  const { object_key } = await readRow(image.image_id);
  const other = 'x'.repeat(26);
  for (const path of [
    `/_/${other}/${id}/thumb`, `/${other}/${user}/${id}/thumb`, `/_/${user}/01JDB2W8000000000000000000/thumb`,
    `/_/somebody/${id}/thumb`,
  ]) {
    await expectProblem(`${base()}${path}`, 404, 'not-found', { headers: { accept: CHROME } });
  }
  for (const path of [
    '/', '/favicon.ico', `/${object_key.S}`, `/originals${buildDeliveryPath(object_key.S!)}`, `/../${object_key.S}`,
  ]) {
    await expectProblem(`${base()}${path}`, 404, 'not-found');
  }
}, PATIENCE_MS);

test('other methods are refused', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    expect([403, 405]).toContain((await askCdn(fetchThumb(), { method })).status);
  }
});

test('the page for whoever may not look is a problem document', async () => {
  const answer = await askCdn(`${base()}${DELIVERY.ERROR_PAGES[403]}`);
  expect(answer.headers.get('content-type')).toEqual(['application/problem+json']);
  expect(JSON.parse(answer.body.toString())).toMatchObject({ code: 'forbidden', status: 403 });
  expectHeaders(answer);
});

test('nothing is delivered over plain HTTP', async () => {
  expect((await askCdn(fetchThumb(), { scheme: 'http' })).status).toBe(403);
});

test('nobody but the distribution calls the function that makes variants', async () => {
  const FunctionName = findPhysicalId(stack, 'AWS::Lambda::Url');
  const { FunctionUrl } = await new LambdaClient(buildClientOptions(stack)).send(
    new GetFunctionUrlConfigCommand({ FunctionName }),
  );
  expect((await askCdn(`${FunctionUrl!.replace(/\/$/, '')}${new URL(fetchThumb()).pathname}.avif`)).status).toBe(403);
});

test('what is deleted is gone, and the distribution was told to forget it', async () => {
  const { image_id } = moving;
  const path = buildDeliveryPath((await readRow(image_id)).object_key.S!);
  expectStatus(await client.delete(image_id), 204);
  await expectProblem(findUrl(moving, 'thumb'), 404, 'not-found', { headers: { accept: CHROME } });
  await eventually(async () => expect(await listInvalidatedPaths()).toContain(`${path}/*`), PATIENCE_MS);
  await eventually(async () => expect((await readRow(image_id)).invalidate).toBeUndefined(), PATIENCE_MS);
}, 2 * PATIENCE_MS);

async function listInvalidatedPaths(): Promise<string[]> {
  const cloudfront = new CloudFrontClient(buildClientOptions(stack));
  const DistributionId = findPhysicalId(stack, 'AWS::CloudFront::Distribution');
  const { InvalidationList } = await cloudfront.send(new ListInvalidationsCommand({ DistributionId }));
  const ids = (InvalidationList?.Items ?? []).map(({ Id }) => Id);
  const found = await Promise.all(
    ids.map(async Id => cloudfront.send(new GetInvalidationCommand({ DistributionId, Id }))),
  );
  return found.flatMap(({ Invalidation }) => Invalidation?.InvalidationBatch?.Paths?.Items ?? []);
}
