import { buildOwner, type Caller } from './caller';
import { canBeId } from './image-id';
import { isVisible } from './image-states';
import type { Deps, IndexKey } from './ports';
import { buildSharePartition } from './sharing';
import { type ImageRecord, LIMITS, METRICS, buildShareFacet, buildTagFacet, buildTypeFacet } from '../../src/contract';

export interface Filters {
  readonly tags: readonly string[];
  readonly contentType?: string;
  readonly status?: string;
  /** Exclusive bounds of the stored `created_at` (see `created-range.ts`). */
  readonly above?: string;
  readonly below?: string;
}

export interface Listing {
  readonly filters: Filters;
  readonly descending: boolean;
  readonly limit: number;
  /** Stored `created_at` of the last image that an earlier page showed or skipped. */
  readonly position?: string;
  /** Lists images of others that are shared with this entry: the caller, or a group that the caller is in. */
  readonly sharedWith?: string;
}

export interface Page {
  readonly images: readonly ImageRecord[];
  /** Where the next page goes on; undefined exactly if nothing follows. */
  readonly position?: string;
}

/** Candidates per read if no key serves a filter: the limit of BatchGetItem. */
const BATCH = 100;

/** The items of `by_user` that serve a list. Their ids are ids of images with the suffix. */
interface Source {
  readonly partition: string;
  readonly suffix: string;
  /** Whether the key alone answers the filters. */
  readonly isExact: boolean;
  readonly includes: (record: ImageRecord) => boolean;
}

/**
 * One page. Keys come from the index and records from consistent reads, so that images deleted or unshared a moment ago
 * are hidden.
 */
export async function listImages(deps: Deps, caller: Caller, listing: Listing): Promise<Page> {
  const { filters: { above, below }, descending } = listing;
  if (above !== undefined && below !== undefined && above >= below) return { images: [] };
  const source = chooseSource(caller, listing);
  const found: ImageRecord[] = [];
  let behind = listing.position === undefined ? undefined : buildKey(source, listing.position);
  for (let read = 0; read < LIMITS.PAGE_CANDIDATES;) {
    // Nearly all images that are shared can be seen, so the first read is as small as that of an exact key.
    const isSmall = source.isExact || (listing.sharedWith !== undefined && read === 0);
    // One more than fits tells whether a page follows.
    const wanted = isSmall ? listing.limit + 1 - found.length : BATCH;
    const limit = Math.min(wanted, LIMITS.PAGE_CANDIDATES - read);
    const page = await deps.table.listByUser({ partition: source.partition, above, below, descending, limit, behind });
    if (!isSmall && page.keys.length > 0) deps.metrics.count(METRICS.LIST_CANDIDATES, page.keys.length);
    found.push(...await readListed(deps, caller, page.keys, source));
    if (found.length > listing.limit) return cutPage(found, listing.limit);
    if (!page.more || page.keys.length === 0) return { images: found };
    behind = page.keys[page.keys.length - 1];
    read += page.keys.length;
  }
  return { images: found, position: behind?.created_at };
}

function cutPage(found: readonly ImageRecord[], limit: number): Page {
  const images = found.slice(0, limit);
  return { images, position: images.at(-1)!.created_at };
}

function chooseSource(caller: Caller, { filters, sharedWith }: Listing): Source {
  const owner = buildOwner(caller);
  if (sharedWith === undefined) {
    const suffix = chooseFacet(filters);
    const includes = (record: ImageRecord) => record.owner === owner && matches(record, filters);
    return { partition: owner + suffix, suffix, isExact: isExact(filters), includes };
  }
  return {
    partition: buildSharePartition(owner, sharedWith),
    suffix: buildShareFacet(sharedWith),
    isExact: false,
    includes: ({ owner: other, status, shared_with }) =>
      other !== owner && status === 'ready' && (shared_with ?? []).includes(sharedWith),
  };
}

/** The facet that serves the listing as a key, if there is one: a tag before a type. */
function chooseFacet({ tags, contentType }: Filters): string {
  if (tags.length > 0) return buildTagFacet(tags[0]);
  return contentType === undefined ? '' : buildTypeFacet(contentType);
}

/** Whether the key alone answers the filters. */
function isExact({ tags, contentType, status }: Filters): boolean {
  return status === undefined && tags.length + (contentType === undefined ? 0 : 1) <= 1;
}

/** The index key of the image that ended a page. */
function buildKey({ suffix }: Source, position: string): IndexKey {
  return { image_id: parseId(position) + suffix, created_at: position };
}

const POSITION = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#/;

/**
 * Whether a page of this list could have ended there. DynamoDB answers a key outside the bounds of its query with an
 * error.
 */
export function canBePosition(text: string, caller: Caller, { above, below }: Filters): boolean {
  return POSITION.test(text) && canBeId(caller, parseId(text))
    && (above === undefined || text > above) && (below === undefined || text < below);
}

/** A stored `created_at` ends in the image's id. */
function parseId(createdAt: string): string {
  return createdAt.slice(createdAt.indexOf('#') + 1);
}

/**
 * The records of the keys that belong in the list, in the order of the keys. The index shows every item that names the
 * partition. A record counts by the one item that lists it.
 */
async function readListed(
  deps: Deps, caller: Caller, keys: readonly IndexKey[], { suffix, includes }: Source,
): Promise<ImageRecord[]> {
  const listing = keys.filter(
    key => canBeId(caller, parseId(key.created_at)) && key.image_id === parseId(key.created_at) + suffix,
  );
  if (listing.length === 0) return [];
  const records = await deps.table.getMany(listing.map(key => parseId(key.created_at)));
  const byId = new Map(records.map(record => [record.image_id, record]));
  return listing.flatMap(key => {
    const record = byId.get(parseId(key.created_at));
    return record?.created_at === key.created_at && includes(record) ? [record] : [];
  });
}

function matches(record: ImageRecord, { tags, contentType, status }: Filters): boolean {
  return isVisible(record)
    && tags.every(tag => record.tags?.includes(tag))
    && (contentType === undefined || record.content_type === contentType)
    && (status === undefined || record.status === status);
}
