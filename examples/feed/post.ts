import { appendFile, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { callImages } from './call-images';
import { POSTS_FILE } from './posts';

const TYPES: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.gif': 'image/gif',
  '.heic': 'image/heic',
  '.heif': 'image/heif',
};

interface Created {
  readonly image_id: string;
  readonly upload: { readonly url: string; readonly headers: Record<string, string> };
}

/** Uploads a picture for a user, and posts it once it is ready. Every user may see it, or only those named. */
async function post(author: string, file: string, text: string, viewers: readonly string[]): Promise<void> {
  const type = TYPES[extname(file).toLowerCase()];
  if (!type) throw new Error(`the file must end in ${Object.keys(TYPES).join(', ')}, got: ${file}`);
  const bytes = await readFile(file);
  const sharing = viewers.length === 0 ? { visibility: 'public' } : { shared_with: viewers.map(viewer => `user:${viewer}`) };
  const declaration = { content_type: type, size: bytes.length, ...sharing };
  const { image_id, upload } = await call<Created>(author, 'POST', 'images', declaration);
  const stored = await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: bytes });
  if (!stored.ok) throw new Error(`storage must accept the picture, got: ${stored.status}`);
  let { status } = await call<{ status: string }>(author, 'POST', `images/${image_id}/confirm`);
  while (status === 'processing') {
    await sleep(500);
    ({ status } = await call<{ status: string }>(author, 'GET', `images/${image_id}`));
  }
  if (status !== 'ready') throw new Error(`the picture must become ready, got: ${status}`);
  await appendFile(POSTS_FILE, `${JSON.stringify({ author, imageId: image_id, text })}\n`);
}

async function call<T>(user: string, method: string, path: string, json?: object): Promise<T> {
  const response = await callImages(user, method, path, json);
  if (!response.ok) throw new Error(`${method} ${path} must succeed, got: ${response.status} ${await response.text()}`);
  return await response.json() as T;
}

async function main([author, file, text, ...viewers]: readonly string[]): Promise<void> {
  if (text === undefined) throw new Error('usage: npx tsx post.ts AUTHOR FILE TEXT [VIEWER…]');
  await post(author, file, text, viewers);
}

main(process.argv.slice(2)).catch((error: Error) => {
  // `fetch` tells in the cause why it failed.
  console.error([error.message, ...error.cause instanceof Error ? [error.cause.message] : []].join(': '));
  process.exitCode = 1;
});
