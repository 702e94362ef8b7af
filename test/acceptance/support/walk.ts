import type { Client } from './client';
import type { ImagePage, ImageView } from './model';

/** Follows `next_cursor` from the first page to the end. */
export async function walkPages(client: Client, query: string): Promise<ImagePage[]> {
  const pages: ImagePage[] = [];
  let cursor: string | null = null;
  do {
    const page: ImagePage = await client.page([query, cursor && `cursor=${cursor}`].filter(Boolean).join('&'));
    pages.push(page);
    cursor = page.next_cursor;
    if (pages.length > 1000) throw new Error(`a walk of "${query}" does not end`);
  } while (cursor !== null);
  return pages;
}

export async function walk(client: Client, query = 'limit=100'): Promise<ImageView[]> {
  return (await walkPages(client, query)).flatMap(page => page.images);
}

export function listIds(images: ReadonlyArray<{ image_id: string }>): string[] {
  return images.map(image => image.image_id);
}
