import { setTimeout as pause } from 'node:timers/promises';
import { DELIVERY } from '../../../src/contract';
import type { TestEnvironment, WireResponse } from '../../environments/environment';
import { Client, expectStatus, fetchUrl } from '../support/client';
import type { ImageView, VariantView } from '../support/model';
import { photo, type Picture } from '../support/pictures';
import { eventually, range } from '../support/together';

/** "gone from these URLs within a minute"; half of it for a slow machine. */
const GONE_MS = 30_000;
const WEBP = { accept: 'image/webp' };

/** Public images, as owners, viewers and the CDN's clients see them. `makeReady` uploads and waits for the worker. */
export function publicImages(
  environment: TestEnvironment, makeReady: (client: Client, picture: Picture) => Promise<ImageView>,
): void {
  const client = new Client(environment);
  const ready = async (owner = client): Promise<ImageView> => makeReady(owner, await photo());
  const show = async (id: string, visibility: string | null): Promise<ImageView> =>
    expectStatus(await client.patch(id, { visibility }), 200).json<ImageView>();
  const look = async (url: string): Promise<WireResponse> => fetchUrl(url, WEBP);

  test('a published image has URLs without a signature or an end, which show it to everyone', async () => {
    const image = await ready();
    const open = await show(image.image_id, 'public');
    expect(open).toMatchObject({ visibility: 'public', version: image.version + 1 });
    for (const [i, { url, expires_at }] of open.variants.entries()) {
      expect([url, expires_at]).toEqual([openUrl(image.variants[i]), null]);
      const { status, headers } = await look(url);
      expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
        200, ['image/webp'], [DELIVERY.PUBLIC_CACHE_CONTROL],
      ]);
    }
    expect((await client.image(image.image_id)).variants).toEqual(open.variants);
    expect((await look(image.variants[0].url)).headers.get('cache-control')).toEqual([DELIVERY.PRIVATE_CACHE_CONTROL]);
    expect((await look(bare(image.variants[0]))).status).toBe(403);
  });

  test('bytes, types and conditions are as under a signed URL', async () => {
    const image = await ready();
    const { variants: [{ url }] } = await show(image.image_id, 'public');
    for (const accept of ['image/avif,image/webp', 'image/webp', '*/*']) {
      const [signed, open] = await Promise.all([image.variants[0].url, url].map(async to => fetchUrl(to, { accept })));
      for (const name of ['content-type', 'etag', 'vary', 'content-security-policy', 'x-content-type-options']) {
        expect([name, open.headers.get(name)]).toEqual([name, signed.headers.get(name)]);
      }
      expect(open.body.equals(signed.body)).toBe(true);
      const etag = open.headers.get('etag')![0];
      expect((await fetchUrl(url, { accept, 'if-none-match': etag })).status).toBe(304);
    }
    expect((await fetchUrl(url, { accept: 'text/html' })).status).toBe(406);
  });

  test('before it is published, its public URL is 404, and soon after the PATCH it shows the image', async () => {
    const { image_id: id, variants } = await ready();
    expect(expectAbsent(await look(openUrl(variants[0])))).toBe(404);
    await show(id, 'public');
    await eventually(async () => expect((await look(openUrl(variants[0]))).status).toBe(200));
  });

  test.each<[string, (id: string) => Promise<unknown>]>([
    ['made private', async id => show(id, 'private')],
    ['made private by null', async id => show(id, null)],
    ['deleted', async id => expectStatus(await client.delete(id), 204)],
  ])('an image that is %s is gone from its public URLs', async (_, end) => {
    const { image_id: id } = await ready();
    const { variants } = await show(id, 'public');
    for (const { url } of variants) expect((await look(url)).status).toBe(200);
    await end(id);
    for (const { url } of variants) {
      await eventually(async () => expect(expectAbsent(await look(url))).toBe(404), GONE_MS);
    }
  });

  test('made private again and again, its URLs follow its visibility', async () => {
    const { image_id: id } = await ready();
    for (const _ of range(3)) {
      const open = await show(id, 'public');
      await eventually(async () => expect((await look(open.variants[0].url)).status).toBe(200));
      const closed = await show(id, 'private');
      expect(closed.variants[0].expires_at).not.toBeNull();
      expect((await look(closed.variants[0].url)).status).toBe(200);
      await eventually(async () => expect((await look(open.variants[0].url)).status).toBe(404), GONE_MS);
    }
  });

  test('requests at the moment of the end never leave a public copy', async () => {
    const { image_id: id } = await ready();
    const { variants } = await show(id, 'public');
    const asking = range(20).map(async i => {
      await pause(10 * i);
      return look(variants[i % variants.length].url);
    });
    await pause(50);
    await show(id, 'private');
    await Promise.all(asking);
    for (const { url } of variants) {
      await eventually(async () => expect((await look(url)).status).toBe(404), GONE_MS);
      await pause(DELIVERY.NOT_FOUND_TTL_SECONDS * 250);
      expect((await look(url)).status).toBe(404);
    }
  });

  test('nothing else below /public/ is found', async () => {
    const [open, closed] = [await ready(), await ready(new Client(environment))];
    const { variants: [{ url }] } = await show(open.image_id, 'public');
    const other = openUrl(closed.variants[0]);
    const wrong = [
      other, url.replace(open.image_id, closed.image_id), other.replace(closed.image_id, open.image_id),
      url.replace('thumb', 'huge'), `${url}.png`, `${url}/`, url.replace('/public/', '/public//'),
      url.replace('/public/', '/public/public/'), url.replace(open.image_id, open.image_id.toLowerCase()),
      url.replace('/_/', '/%5F/'), url.replace('/thumb', '%2Fthumb'), url.replace('/thumb', ''),
      url.replace(open.image_id, '01ARZ3NDEKTSV4RRFFQ69G5FAV'),
    ];
    for (const path of wrong) expect([path, expectAbsent(await look(path))]).toEqual([path, 404]);
    expect((await look(url.replace('/public/', '/PUBLIC/'))).status).toBe(403);
  });
}

function bare({ url }: VariantView): string {
  return url.replace(/\?.*$/s, '');
}

/** The public URL of a variant with a signed one. */
function openUrl(variant: VariantView): string {
  return bare(variant).replace('/cdn/', '/cdn/public/');
}

function expectAbsent({ status, headers, body }: WireResponse): number {
  expect(headers.get('cache-control')).toEqual(['no-store']);
  expect(JSON.parse(body.toString())).toMatchObject({ status, code: status === 404 ? 'not-found' : expect.anything() });
  return status;
}
