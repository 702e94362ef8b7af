import sharp from 'sharp';
import { Client, expectStatus } from '../../../test/acceptance/support/client';
import type { ImageView } from '../../../test/acceptance/support/model';
import { eventually } from '../../../test/acceptance/support/together';
import { fetchVariant, isOfCdn } from '../cdn';
import { createContractEnvironment } from '../deployment';
import { operate } from '../functions';
import {
  createAnimation, createPortrait, createTinyPicture, createTransparent, cutShort, FRAMES, type Picture,
} from '../pictures';
import { drain, peek, send, withShortVisibility } from '../queues';
import { changeRow, readRow } from '../rows';

/** The first image waits for a cold worker; LocalStack takes about ten seconds to start one. */
const PATIENCE_MS = 90_000;
const client = new Client(createContractEnvironment());

interface Variant {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly content_type: string;
  readonly size: number | null;
  readonly url: string;
}

async function upload({ type, bytes }: Picture): Promise<string> {
  return (await client.createUploaded({ type, bytes })).image_id;
}

/** Waits until a worker has processed the image, and returns it. */
async function waitForStatus(imageId: string, status: ImageView['status'] = 'ready'): Promise<ImageView> {
  // Reads the record, not the API, because the emulator would start a process for each API request.
  await eventually(async () => expect((await readRow(imageId)).status?.S).toBe(status), PATIENCE_MS);
  return client.image(imageId);
}

/** Downloads every variant, and compares it with the API's description. */
async function downloadVariants({ variants }: ImageView): Promise<Buffer[]> {
  return Promise.all((variants as Variant[]).map(async ({ url, content_type, size, width, height }) => {
    const { status, headers, body } = await fetchVariant(url, content_type);
    expect({ status, type: headers.get('content-type') }).toEqual({ status: 200, type: [content_type] });
    // On-demand variants have no size before the first request.
    expect(size).toBe(isOfCdn(url) && size === null ? null : body.length);
    if (!isOfCdn(url)) expect(headers.get('content-disposition')).toEqual(['inline']);
    expect(await sharp(body).metadata()).toMatchObject({
      format: content_type === 'image/avif' ? 'heif' : 'webp',
      width,
      height,
    });
    return body;
  }));
}

const listSizes = ({ variants }: ImageView): unknown[] =>
  (variants as Variant[]).map(({ name, width, height }) => [name, width, height]);

async function readPixel(bytes: Buffer, left: number, top: number): Promise<number[]> {
  return [...await sharp(bytes).ensureAlpha().extract({ left, top, width: 1, height: 1 }).raw().toBuffer()];
}

describe('storage tells the queue, and the queue a worker', () => {
  test('a photo that lies on its side is confirmed, and stands upright in every size', async () => {
    const imageId = await upload(await createPortrait());
    expectStatus(await client.confirm(imageId), 200);
    const image = await waitForStatus(imageId);
    expect(image).toMatchObject({ width: 1200, height: 1600, format: 'jpeg', animated: false, rejection: null });
    expect(image.placeholder).toEqual({
      thumbhash: expect.any(String),
      color: expect.stringMatching(/^#[0-9a-f]{6}$/),
    });
    expect(listSizes(image)).toEqual([
      ['thumb', 240, 320], ['small', 480, 640], ['medium', 960, 1280], ['large', 1200, 1600],
    ]);
    for (const bytes of await downloadVariants(image)) {
      const { exif, height } = await sharp(bytes).metadata();
      expect(exif).toBeUndefined();
      const [above, below] = [await readPixel(bytes, 100, 10), await readPixel(bytes, 100, height - 10)];
      expect({ above: above[0] > 2 * above[2], below: below[2] > 2 * below[0] }).toEqual({ above: true, below: true });
    }
  }, 2 * PATIENCE_MS);

  test('an image that nobody confirms is confirmed by its event, and stays transparent', async () => {
    const image = await waitForStatus(await upload(await createTransparent()));
    expect(image).toMatchObject({ width: 300, height: 200, format: 'png', animated: false });
    expect(listSizes(image)).toEqual(['thumb', 'small', 'medium', 'large'].map(name => [name, 300, 200]));
    for (const bytes of await downloadVariants(image)) {
      expect((await readPixel(bytes, 5, 5))[3]).toBe(0);
      expect((await readPixel(bytes, 150, 100))[3]).toBe(255);
    }
  }, 2 * PATIENCE_MS);

  test('an animation goes on moving', async () => {
    const image = await waitForStatus(await upload(await createAnimation()));
    expect(image).toMatchObject({ width: 90, height: 60, format: 'gif', animated: true });
    const bytes = await downloadVariants(image);
    expect(bytes).toHaveLength(4);
    for (const each of bytes) expect((await sharp(each).metadata()).pages).toBe(FRAMES);
  }, 2 * PATIENCE_MS);

  test('what is damaged is rejected, and says why', async () => {
    const image = await waitForStatus(await upload(await cutShort()), 'rejected');
    expect(image).toMatchObject({ variants: [], rejection: { code: 'CORRUPT', message: expect.any(String) } });
  }, 2 * PATIENCE_MS);
});

describe('what workers give up', () => {
  const POISON = 'none of ours';
  /** Messages that an earlier run left in the queue stay hidden for a while. */
  let leftovers: number;
  let failed: string;
  beforeAll(async () => {
    await drain('DeadLetters');
    leftovers = (await operate({ command: 'status' })).status.given_up;
  }, PATIENCE_MS);

  test(
    'a message that is none of ours ends in the dead-letter queue after its tries, and the operator sees it',
    async () => {
    // A message stays hidden for six times the worker's time-out, so five tries take half an hour. Only that time is
    // shortened here: the worker's limits allow no time-out short enough. Queue, event source and redrive policy are
    // those of the template.
      await withShortVisibility(async () => {
        await send('Uploads', POISON);
        await eventually(async () => expect(await peek('DeadLetters')).toEqual([POISON]), PATIENCE_MS);
      });
      expect(await operate({ command: 'status' })).toMatchObject({
        status: { waiting: 0, working: 0, given_up: leftovers + 1 },
      });
    },
    2 * PATIENCE_MS,
  );

  test('an operator redrives an image that failed, and leaves that message where it is', async () => {
    failed = (await waitForStatus(await upload(await createTinyPicture(1)))).image_id;
    const { object_key } = await readRow(failed);
    // The edge to `failed` leaves the record without a claim.
    await changeRow(failed, { status: 'failed', tries: 5 }, [
      'variants', 'width', 'height', 'placeholder', 'claim_until',
    ]);
    await send('DeadLetters', JSON.stringify({ object_key: object_key.S }));
    expect(await client.image(failed)).toMatchObject({ status: 'failed', variants: [] });
    expect(await operate({ command: 'redrive' })).toMatchObject({
      done: true,
      seen: 2,
      queued: 1,
      skipped: 1,
      status: { given_up: leftovers + 1 },
    });
    await downloadVariants(await waitForStatus(failed));
  }, 2 * PATIENCE_MS);

  test('and makes what an image lacks again, once', async () => {
    const { variants } = await client.image(failed);
    expect(variants).toHaveLength(4);
    await changeRow(failed, {}, ['variants']);
    const request = { command: 'reprocess', image_id: failed, remake: 'missing' } as const;
    expect(await operate(request)).toMatchObject({ done: true, seen: 1, queued: 1, skipped: 0 });
    await eventually(async () => expect((await client.image(failed)).variants).toHaveLength(4), PATIENCE_MS);
    expect(await operate(request)).toMatchObject({ done: true, seen: 1, queued: 0, skipped: 1 });
  }, 2 * PATIENCE_MS);
});
