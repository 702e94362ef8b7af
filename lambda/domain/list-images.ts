import { buildOwner, type Caller } from './caller';
import { canBeId } from './image-id';
import { isVisible } from './image-states';
import type { Deps, IndexKey, IndexQuery } from './ports';
import { type ImageRecord, LIMITS, METRICS, buildTagFacet, buildTypeFacet } from '../../src/contract';

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
}

export interface Page {
  readonly images: readonly ImageRecord[];
  /** Where the next page goes on; undefined exactly if nothing follows. */
  readonly position?: string;
}

/** Candidates per read if no key serves a filter: the limit of BatchGetItem. */
const BATCH = 100;

/**
 * One page. Keys come from the index and records from consistent reads, so that images deleted a moment ago are hidden.
 */
export async function listImages(deps: Deps, caller: Caller, listing: Listing): Promise<Page> {
  const { filters } = listing;
  if (filters.above !== undefined && filters.below !== undefined && filters.above >= filters.below) {
    return { images: [] };
  }
  const found: ImageRecord[] = [];
  let behind = listing.position === undefined ? undefined : buildKey(listing, listing.position);
  for (let read = 0; read < LIMITS.PAGE_CANDIDATES;) {
    // One more than fits tells whether a page follows.
    const wanted = isExact(filters) ? listing.limit + 1 - found.length : BATCH;
    const limit = Math.min(wanted, LIMITS.PAGE_CANDIDATES - read);
    const page = await deps.table.listByUser(buildQuery(caller, listing, limit, behind));
    if (!isExact(filters) && page.keys.length > 0) deps.metrics.count(METRICS.LIST_CANDIDATES, page.keys.length);
    const records = await readMatching(deps, caller, page.keys, listing);
    found.push(...records);
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

/** The facet that serves the listing as a key, if there is one: a tag before a type. */
function chooseFacet({ tags, contentType }: Filters): string {
  if (tags.length > 0) return buildTagFacet(tags[0]);
  return contentType === undefined ? '' : buildTypeFacet(contentType);
}

/** Whether the key alone answers the filters. */
function isExact({ tags, contentType, status }: Filters): boolean {
  return status === undefined && tags.length + (contentType === undefined ? 0 : 1) <= 1;
}

function buildQuery(caller: Caller, listing: Listing, limit: number, behind: IndexKey | undefined): IndexQuery {
  const facet = chooseFacet(listing.filters);
  const { above, below } = listing.filters;
  return { partition: buildOwner(caller) + facet, above, below, descending: listing.descending, limit, behind };
}

/** The index key of the image that ended a page. */
function buildKey({ filters }: Listing, position: string): IndexKey {
  return { image_id: parseId(position) + chooseFacet(filters), created_at: position };
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
 * The records of the matching keys, in the order of the keys. The index shows every item that names the caller. Only
 * the caller's own records count, each by the one item that lists it.
 */
async function readMatching(
  deps: Deps, caller: Caller, keys: readonly IndexKey[], { filters }: Listing,
): Promise<ImageRecord[]> {
  const facet = chooseFacet(filters);
  const listing = keys.filter(
    key => canBeId(caller, parseId(key.created_at)) && key.image_id === parseId(key.created_at) + facet,
  );
  if (listing.length === 0) return [];
  const records = await deps.table.getMany(listing.map(key => parseId(key.created_at)));
  const byId = new Map(
    records.filter(({ owner }) => owner === buildOwner(caller)).map(record => [record.image_id, record]),
  );
  return listing.flatMap(key => {
    const record = byId.get(parseId(key.created_at));
    return record?.created_at === key.created_at && matches(record, filters) ? [record] : [];
  });
}

function matches(record: ImageRecord, { tags, contentType, status }: Filters): boolean {
  return isVisible(record)
    && tags.every(tag => record.tags?.includes(tag))
    && (contentType === undefined || record.content_type === contentType)
    && (status === undefined || record.status === status);
}
