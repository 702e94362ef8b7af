import type { Write } from './ports';
import { buildSharePartition } from './sharing';
import { type FacetRecord, type ImageRecord, buildShareFacet, buildTagFacet, buildTypeFacet } from '../../src/contract';

/** Attributes of a record that decide its facets. */
type Listed = Pick<ImageRecord, 'image_id' | 'owner' | 'status' | 'content_type' | 'tags' | 'shared_with'> & {
  readonly created_at: string;
};

/**
 * The facets of a listed image: one for the content type, one for each tag, and once it is ready, one for each entry of
 * `shared_with`. Rejected images of strangers must not fill anyone's list.
 */
function listFacets(record: Listed): FacetRecord[] {
  const { image_id, owner, content_type, tags = [], created_at } = record;
  const own = [buildTypeFacet(content_type), ...tags.map(buildTagFacet)];
  return [
    ...own.map(name => ({ image_id: image_id + name, user_id: owner + name, created_at })),
    ...listShares(record),
  ];
}

function listShares({ image_id, owner, status, shared_with = [], created_at }: Listed): FacetRecord[] {
  if (status !== 'ready') return [];
  return shared_with.map(entry => ({
    image_id: image_id + buildShareFacet(entry), user_id: buildSharePartition(owner, entry), created_at,
  }));
}

export function putFacets(record: Listed): Write[] {
  return listFacets(record).map(putFacet => ({ putFacet }));
}

/** The writes that list an image for its viewers, once it is ready. */
export function putShares(record: ImageRecord): Write[] {
  return isListed(record) ? listShares({ ...record, status: 'ready' }).map(putFacet => ({ putFacet })) : [];
}

export function removeFacets(record: ImageRecord): Write[] {
  return isListed(record) ? listFacets(record).map(({ image_id }) => ({ removeFacet: image_id })) : [];
}

/** The writes that change the tags and shares of a listed image. */
export function changeFacets(record: ImageRecord, changed: Pick<ImageRecord, 'tags' | 'shared_with'>): Write[] {
  if (!isListed(record)) return [];
  const before = listFacets(record);
  const after = listFacets({ ...record, tags: changed.tags, shared_with: changed.shared_with });
  const [old, wanted] = [before, after].map(facets => new Set(facets.map(({ image_id }) => image_id)));
  return [
    ...before.filter(({ image_id }) => !wanted.has(image_id)).map(({ image_id }) => ({ removeFacet: image_id })),
    ...after.filter(({ image_id }) => !old.has(image_id)).map(putFacet => ({ putFacet })),
  ];
}

function isListed(record: ImageRecord): record is ImageRecord & Listed {
  return record.user_id !== undefined && record.created_at !== undefined;
}
