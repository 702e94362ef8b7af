import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';

const PATIENCE_MS = 60_000;
const USER = { 'x-user-id': 'alice' };

/**
 * Uploads an image as a client does, and compares the downloads byte for byte. Storage must be reachable by `storage`
 * alone.
 */
export async function uploadAndDownload(api: string, storage: string): Promise<string> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const bytes = await sharp({ create: { width: 320, height: 240, channels: 3, background: 'white', noise } })
    .png()
    .toBuffer();
  const created = await json(fetch(`${api}/images`, {
    method: 'POST',
    headers: { ...USER, 'content-type': 'application/json' },
    body: JSON.stringify({ content_type: 'image/png', size: bytes.length, filename: 'noise.png' }),
  }), 201);
  await expectStatus(await fetch(at(created.upload.url, storage), {
    method: 'PUT',
    headers: { 'content-type': 'image/png', 'if-none-match': '*' },
    body: new Uint8Array(bytes),
  }), 200);
  const confirmed = await json(
    fetch(`${api}/images/${created.image_id}/confirm`, { method: 'POST', headers: USER }), 200,
  );
  const ready = await waitUntilSettled(api, confirmed.image_id);
  if (ready.status !== 'ready' || ready.variants.length === 0) {
    throw new Error(`the image should be ready, with variants, got: ${JSON.stringify(ready)}`);
  }
  const variant = await expectStatus(await fetch(at(ready.variants[0].url, storage)), 200);
  const { format, width } = await sharp(Buffer.from(await variant.arrayBuffer())).metadata();
  if (format !== 'webp' || width !== 320) {
    throw new Error(`the first variant should be WebP of 320 pixels, got: ${format} of ${width}`);
  }
  await compare(api, storage, created.image_id, sha256(bytes));
  return created.image_id;
}

async function waitUntilSettled(api: string, imageId: string): Promise<any> {
  for (const end = performance.now() + PATIENCE_MS; ; await sleep(250)) {
    const image = await json(fetch(`${api}/images/${imageId}`, { headers: USER }), 200);
    if (image.status !== 'processing' || performance.now() > end) return image;
  }
}

export async function isListed(api: string, imageId: string): Promise<boolean> {
  const { images } = await json(fetch(`${api}/images`, { headers: USER }), 200);
  return images.some((image: { image_id: string }) => image.image_id === imageId);
}

async function compare(api: string, storage: string, imageId: string, expected: string): Promise<void> {
  const { url } = await json(fetch(`${api}/images/${imageId}/download`, { headers: USER }), 200);
  const response = await expectStatus(await fetch(at(url, storage)), 200);
  const got = sha256(Buffer.from(await response.arrayBuffer()));
  if (got !== expected) {
    throw new Error(`the bytes that came back are not those that were sent: ${got}, sent: ${expected}`);
  }
}

function at(url: string, origin: string): string {
  const got = new URL(url).origin;
  if (got !== origin) throw new Error(`clients should be sent to ${origin}, got: ${got}`);
  return url;
}

async function json(pending: Promise<Response>, status: number): Promise<any> {
  return (await expectStatus(await pending, status)).json();
}

async function expectStatus(response: Response, status: number): Promise<Response> {
  if (response.status === status) return response;
  throw new Error(
    `${response.url.split('?')[0]} should answer ${status}, got: ${response.status} ${await response.text()}`,
  );
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
