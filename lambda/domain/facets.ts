import type { Write } from './ports';
import { type FacetRow, type ImageRow, buildTagFacet, buildTypeFacet } from '../../src/contract';

type Listed = Pick<ImageRow, 'image_id' | 'owner' | 'content_type' | 'tags'> & { readonly created_at: string };

function buildFacet(row: Listed, name: string): FacetRow {
  return { image_id: row.image_id + name, user_id: row.owner + name, created_at: row.created_at };
}

/** The facets of a listed image: one for each tag, one for the content type. */
export function listFacets(row: Pick<ImageRow, 'content_type' | 'tags'>): string[] {
  return [buildTypeFacet(row.content_type), ...(row.tags ?? []).map(buildTagFacet)];
}

export function putFacets(row: Listed): Write[] {
  return listFacets(row).map(name => ({ putFacet: buildFacet(row, name) }));
}

export function removeFacets(row: ImageRow): Write[] {
  if (row.user_id === undefined) return [];
  return listFacets(row).map(name => ({ removeFacet: row.image_id + name }));
}

/** What changes when a listed image gets other tags. */
export function retagFacets(row: ImageRow, tags: readonly string[]): Write[] {
  const { created_at } = row;
  if (row.user_id === undefined || created_at === undefined) return [];
  const before = new Set(row.tags ?? []);
  const after = new Set(tags);
  return [
    ...[...before].filter(tag => !after.has(tag)).map(tag => ({ removeFacet: row.image_id + buildTagFacet(tag) })),
    ...[...after].filter(tag => !before.has(tag)).map(tag => ({ putFacet: buildFacet({ ...row, created_at }, buildTagFacet(tag)) })),
  ];
}
