import type { Write } from './ports';
import { type FacetRecord, type ImageRecord, buildTagFacet, buildTypeFacet } from '../../src/contract';

type Listed = Pick<ImageRecord, 'image_id' | 'owner' | 'content_type' | 'tags'> & { readonly created_at: string };

function buildFacet(record: Listed, name: string): FacetRecord {
  return { image_id: record.image_id + name, user_id: record.owner + name, created_at: record.created_at };
}

/** The facets of a listed image: one for each tag, one for the content type. */
function listFacets(record: Pick<ImageRecord, 'content_type' | 'tags'>): string[] {
  return [buildTypeFacet(record.content_type), ...(record.tags ?? []).map(buildTagFacet)];
}

export function putFacets(record: Listed): Write[] {
  return listFacets(record).map(name => ({ putFacet: buildFacet(record, name) }));
}

export function removeFacets(record: ImageRecord): Write[] {
  if (record.user_id === undefined) return [];
  return listFacets(record).map(name => ({ removeFacet: record.image_id + name }));
}

/** The writes that change the tags of a listed image. */
export function retagFacets(record: ImageRecord, tags: readonly string[]): Write[] {
  const { created_at } = record;
  if (record.user_id === undefined || created_at === undefined) return [];
  const before = new Set(record.tags ?? []);
  const after = new Set(tags);
  return [
    ...[...before].filter(tag => !after.has(tag)).map(tag => ({ removeFacet: record.image_id + buildTagFacet(tag) })),
    ...[...after].filter(tag => !before.has(tag)).map(
      tag => ({ putFacet: buildFacet({ ...record, created_at }, buildTagFacet(tag)) }),
    ),
  ];
}
