import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import sharp from 'sharp';
import { publicImages } from './public-images';
import { DELIVERY } from '../../../src/contract';
import type { CreateEnvironment, TestEnvironment } from '../../environments/environment';
import { Client, expectStatus, fetchUrl, put } from '../support/client';
import { type AcceptedType, sha256Base64 } from '../support/images';
import { type ImageView, TIMESTAMP, type Upload, type VariantView } from '../support/model';
import {
  animation, avif, cutJpeg, deepPng, endlessJpeg, hugePng, phoneJpeg, photo, type Picture, restlessGif, smallWebp,
  transparentPng,
} from '../support/pictures';
import { expectProblem } from '../support/problems';

/** The service's default set, with the box of each variant. */
const BOXES = new Map([['thumb', 320], ['small', 640], ['medium', 1280], ['large', 2048]]);
const PATIENCE_MS = 60_000;
const HEIC = join(__dirname, '..', '..', '..', 'local', 'demo', 'samples', 'phone.heic');

/** The results of a worker, as clients see them. */
export function describeProcessing(open: CreateEnvironment): void {
  const environment = open({ processing: true });
  describe(`processing, ${environment.name}`, () => {
    jest.setTimeout(2 * PATIENCE_MS);
    beforeAll(async () => environment.start(), PATIENCE_MS);
    afterAll(async () => environment.stop());
    readyImages(environment);
    rejectedImages(environment);
    meanwhile(environment);
    if (environment.hasCdn) publicImages(environment, processImage);
  });
}

/** Returns the image once no worker has it. */
async function waitUntilSettled(client: Client, id: string): Promise<ImageView> {
  for (const end = Date.now() + PATIENCE_MS; ; await pause(100)) {
    const image = await client.image(id);
    if (image.status !== 'processing' && image.status !== 'pending') return image;
    if (Date.now() > end) {
      throw new Error(`an image must be settled within ${PATIENCE_MS / 1000} s, got: ${image.status}`);
    }
  }
}

async function processImage(
  client: Client, { type, bytes }: { type: AcceptedType; bytes: Buffer },
): Promise<ImageView> {
  const { image_id: id } = await client.createUploaded({ type, bytes });
  const confirmed = await client.confirm(id);
  if (confirmed.status === 200) expect(confirmed.json<ImageView>().status).toMatch(/^(processing|ready)$/);
  else expectProblem(confirmed, 'upload-rejected');
  return waitUntilSettled(client, id);
}

/** The longer edge fits the box, the shape stays, and nothing is enlarged. */
function fitInBox(width: number, height: number, box: number): [width: number, height: number] {
  const scale = Math.min(1, box / Math.max(width, height));
  return [Math.round(width * scale), Math.round(height * scale)];
}

async function download({ url, content_type: accept }: VariantView): Promise<Buffer> {
  const response = await fetchUrl(url, { accept });
  expect(response.status).toBe(200);
  return response.body;
}

function readyImages(environment: TestEnvironment): void {
  const client = new Client(environment);
  const samples: [string, AcceptedType, () => Promise<Picture>, string][] = [
    ['a JPEG of a phone on its side', 'image/jpeg', phoneJpeg, 'jpeg'],
    ['a transparent PNG', 'image/png', transparentPng, 'png'],
    ['a PNG of 16 bits', 'image/png', deepPng, 'png'],
    ['an AVIF', 'image/avif', avif, 'avif'],
    ['a WebP smaller than every variant', 'image/webp', smallWebp, 'webp'],
    ['an animated GIF', 'image/gif', async () => animation('image/gif'), 'gif'],
    ['an animated WebP', 'image/webp', async () => animation('image/webp'), 'webp'],
  ];

  test.each(samples)('%s becomes ready, with its facts', async (_, type, make, format) => {
    const picture = await make();
    const image = await processImage(client, picture);
    expect(image).toMatchObject({
      status: 'ready',
      content_type: type,
      format,
      width: picture.width,
      height: picture.height,
      animated: picture.frames > 1,
      checksum_sha256: sha256Base64(picture.bytes),
      rejection: null,
      placeholder: {
        thumbhash: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/),
        color: expect.stringMatching(/^#[0-9a-f]{6}$/),
      },
    });
    await expectVariants(environment, image, picture.frames);
  });

  test('a HEIC becomes ready', async () => {
    const image = await processImage(client, { type: 'image/heic', bytes: readFileSync(HEIC) });
    expect(image).toMatchObject({ status: 'ready', format: 'heic', animated: false });
    await expectVariants(environment, image, 1);
  });

  test('no variant has metadata, and all are upright', async () => {
    const { variants } = await processImage(client, await phoneJpeg());
    for (const variant of variants) {
      const { exif, xmp, iptc, orientation, width = 0, height = 0 } = await sharp(await download(variant)).metadata();
      expect({ exif, xmp, iptc, orientation, portrait: height > width }).toEqual({ portrait: true });
    }
  });

  test('transparent images stay transparent', async () => {
    const { variants } = await processImage(client, await transparentPng());
    const { data, info } = await sharp(await download(variants[0])).raw().toBuffer({ resolveWithObject: true });
    const readAlpha = (x: number, y: number): number => data[(y * info.width + x) * info.channels + 3];
    expect([info.channels, readAlpha(2, 2), readAlpha(info.width / 2, info.height / 2)]).toEqual([4, 0, 255]);
  });

  test('an upload without a confirm is processed all the same', async () => {
    const { type, bytes } = await photo();
    const { image_id: id } = await client.createUploaded({ type, bytes });
    expect(await waitUntilSettled(client, id)).toMatchObject({ status: 'ready', format: 'jpeg' });
  });
}

/** Checks that each variant of the set is described, and that its URL delivers the described bytes. */
async function expectVariants(
  environment: TestEnvironment, { variants, width, height }: ImageView, frames: number,
): Promise<void> {
  expect(variants.map(({ name }) => name)).toEqual([...BOXES.keys()]);
  for (const variant of variants) {
    const [wide, high] = fitInBox(width!, height!, BOXES.get(variant.name)!);
    const isOnDemand = environment.hasCdn === true && variant.name === 'large';
    const type = environment.hasCdn && frames === 1 ? 'image/avif' : 'image/webp';
    expect(variant).toEqual({
      name: variant.name,
      width: wide,
      height: high,
      content_type: type,
      size: isOnDemand ? null : expect.any(Number),
      url: expect.stringMatching(/^https?:\/\//),
      expires_at: expect.stringMatching(TIMESTAMP),
    });
    const { status, headers, body } = await fetchUrl(variant.url, { accept: type });
    expect([status, headers.get('content-type')]).toEqual([200, [type]]);
    if (environment.hasCdn) expect(headers.get('cache-control')).toEqual([DELIVERY.PRIVATE_CACHE_CONTROL]);
    else expect(headers.get('content-disposition')).toEqual(['inline']);
    if (!isOnDemand) expect(body.length).toBe(variant.size);
    await expectPicture(body, type, wide, high, frames);
    // One variant made at upload and one on demand: each decode takes time.
    if (environment.hasCdn && ['thumb', 'large'].includes(variant.name)) {
      await expectOtherFormats(variant, [wide, high], frames);
    }
  }
}

async function expectPicture(bytes: Buffer, type: string, wide: number, high: number, frames: number): Promise<void> {
  const { format, width, pageHeight, height, pages = 1 } = await sharp(bytes, { pages: -1 }).metadata();
  expect([format === 'heif' ? 'avif' : format, width, pageHeight ?? height, pages]).toEqual([
    type.replace('image/', ''), wide, high, frames,
  ]);
}

/** One URL delivers to each client only formats that it accepts. */
async function expectOtherFormats({ url }: VariantView, [wide, high]: [number, number], frames: number): Promise<void> {
  for (const [accept, type] of [['image/webp,*/*', 'image/webp'], ['*/*', 'image/jpeg']]) {
    const { status, headers, body } = await fetchUrl(url, { accept });
    expect([status, headers.get('content-type'), headers.get('vary')]).toEqual([200, [type], ['Accept']]);
    await expectPicture(body, type, wide, high, type === 'image/webp' ? frames : 1);
  }
  expect((await fetchUrl(url, { accept: 'text/html' })).status).toBe(406);
  expect((await fetchUrl(url.replace(/\?.*/, ''), { accept: 'image/webp' })).status).toBe(403);
}

function rejectedImages(environment: TestEnvironment): void {
  const client = new Client(environment);
  const samples: [string, AcceptedType, () => Promise<Buffer> | Buffer, string][] = [
    ['a JPEG that ends too early', 'image/jpeg', cutJpeg, 'CORRUPT'],
    ['a PNG of 400 megapixels', 'image/png', hugePng, 'TOO_MANY_PIXELS'],
    ['a GIF of 501 frames', 'image/gif', restlessGif, 'TOO_MANY_FRAMES'],
    ['a JPEG of 200 scans', 'image/jpeg', endlessJpeg, 'RESOURCE_LIMIT'],
  ];

  test.each(samples)('%s is rejected, and its bytes are deleted', async (_, type, make, code) => {
    const bytes = await make();
    const { image_id: id, upload } = await client.createUploaded({ type, bytes });
    await client.confirm(id);
    const image = await waitUntilSettled(client, id);
    expect(image).toMatchObject({
      status: 'rejected',
      rejection: { code, message: expect.stringMatching(/^[A-Z].*\.$/) },
      variants: [],
    });
    expect(expectProblem(await client.confirm(id), 'upload-rejected').rejection).toEqual(image.rejection);
    expectProblem(await client.call('GET', `/images/${id}/download`), 'not-ready');
    await waitUntilDeleted(upload, bytes);
    expect(await client.image(id)).toEqual(image);
  });

  /** The state is written before the bytes are deleted. Until then storage answers 412. */
  async function waitUntilDeleted(upload: Upload, bytes: Buffer): Promise<void> {
    const end = Date.now() + 10_000;
    let status = 0;
    while (status !== 200 && Date.now() < end) ({ status } = await put(upload, bytes));
    expect(status).toBe(200);
  }

  test('good images behind bad ones become ready', async () => {
    const bad = await Promise.all(
      samples.map(async ([, type, make]) => client.createUploaded({ type, bytes: await make() })),
    );
    expect((await processImage(client, await photo())).status).toBe('ready');
    for (const { image_id: id } of bad) expect((await waitUntilSettled(client, id)).status).toBe('rejected');
  });
}

function meanwhile(environment: TestEnvironment): void {
  const client = new Client(environment);

  test('an original can be downloaded once its image is ready', async () => {
    const { type, bytes } = await photo();
    const { image_id: id } = await client.createUploaded({ type, bytes });
    await client.confirm(id);
    const early = await client.call('GET', `/images/${id}/download`);
    if (early.status !== 200) expectProblem(early, 'not-ready');
    await waitUntilSettled(client, id);
    expect((await fetchUrl((await client.download(id)).url)).body.equals(bytes)).toBe(true);
  });

  test('tags and names given meanwhile stay', async () => {
    const pictures = await Promise.all(Array.from({ length: 6 }, photo));
    const images = await Promise.all(pictures.map(async ({ type, bytes }, i) => {
      const { image_id: id } = await client.createUploaded({ type, bytes });
      await client.confirm(id);
      expectStatus(await client.patch(id, { tags: ['meanwhile', `number ${i}`], filename: `${i}.jpg` }), 200);
      return waitUntilSettled(client, id);
    }));
    expect(images.map(({ status, tags, filename }) => [status, tags, filename]))
      .toEqual(images.map((_, i) => ['ready', ['meanwhile', `number ${i}`], `${i}.jpg`]));
    for (const { variants } of images) expect(variants).toHaveLength(BOXES.size);
  });

  test('a list shows variants as GET does', async () => {
    const other = new Client(environment);
    const image = await processImage(other, await photo());
    const { images } = await other.page();
    const shown = ({ variants, ...rest }: ImageView) => ({
      ...rest,
      variants: variants.map(({ url, expires_at, ...variant }) => variant),
    });
    expect(images.map(shown)).toEqual([shown(image)]);
    expect((await download(images[0].variants[0])).length).toBe(image.variants[0].size);
  });

  test('a confirm that is repeated changes nothing', async () => {
    const image = await processImage(client, await photo());
    const again = expectStatus(await client.confirm(image.image_id), 200).json<ImageView>();
    expect([again.status, again.version, again.updated_at]).toEqual(['ready', image.version, image.updated_at]);
  });

  test('a delete takes the variants along', async () => {
    const image = await processImage(client, await photo());
    expectStatus(await client.delete(image.image_id), 204);
    // S3 answers 403 for a missing object to a caller without permission to list the bucket.
    for (const { url } of image.variants) expect([403, 404]).toContain((await fetchUrl(url)).status);
  });

  test('a delete while a worker has the image is final', async () => {
    const { type, bytes } = await photo();
    const { image_id: id } = await client.createUploaded({ type, bytes });
    await client.confirm(id);
    expectStatus(await client.delete(id), 204);
    await processImage(client, await photo());
    expectProblem(await client.get(id), 'not-found');
  });
}
