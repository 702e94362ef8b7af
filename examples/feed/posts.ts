import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Post } from './feed';

/** The posts of the local app, one in a line. On AWS they are in a table. */
export const POSTS_FILE = process.env.POSTS_FILE ?? join(tmpdir(), 'image-service-posts.jsonl');

/** The newest posts first, as many as one batch-get takes. */
export async function readPosts(): Promise<Post[]> {
  const text = await readFile(POSTS_FILE, 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean).map(line => JSON.parse(line) as Post).reverse().slice(0, 100);
}
