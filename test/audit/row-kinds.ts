import type { Item } from './raw-storage';
import { type ImageRecord, REJECTED_BYTES_PREFIX } from '../../src/contract';

/** An image's row is not trusted: every attribute may be missing or odd. */
export type AnyImageRow = { readonly [A in keyof ImageRecord]?: unknown } & { readonly image_id: string };

export interface SortedRows {
  readonly images: readonly AnyImageRow[];
  readonly facets: readonly Item[];
  /** Bytes that killed a decoder. */
  readonly rejectedBytes: readonly Item[];
  /** Leases on missing variants, and the worker slots of owners. */
  readonly leases: readonly Item[];
  readonly others: readonly Item[];
}

/**
 * Each kind of row has its own form of id: see the key layout in the contract. `<id>#expired:<nonce>` is an upload that
 * was started again.
 */
const FACET = /#(tag|type|to):/;
const USAGE = /(^|\.)usage#/;
const ASIDE = /#expired:/;
/** A lease: a variant to make, or one of an owner's worker slots. */
const LEASE = /#lease:[^/#]+\.[a-z]+$|^slot#[0-9a-f]{32}#\d+$/;

export function sortRows(rows: readonly Item[]): SortedRows {
  const isFacet = (row: Item) => FACET.test(idOf(row));
  const isRejectedBytes = (row: Item) => idOf(row).startsWith(REJECTED_BYTES_PREFIX);
  const isLease = (row: Item) => LEASE.test(idOf(row));
  const isOther = (row: Item) => idOf(row) === '' || USAGE.test(idOf(row));
  return {
    facets: rows.filter(isFacet),
    rejectedBytes: rows.filter(isRejectedBytes),
    leases: rows.filter(isLease),
    others: rows.filter(isOther),
    images: rows.filter(
      row => !isFacet(row) && !isRejectedBytes(row) && !isLease(row) && !isOther(row),
    ) as AnyImageRow[],
  };
}

export function idOf(row: Item): string {
  return typeof row.image_id === 'string' ? row.image_id : '';
}

export function isAside(row: AnyImageRow): boolean {
  return ASIDE.test(row.image_id);
}

/** The id under which a client knows the image. */
export function publicId(row: AnyImageRow): string {
  return row.image_id.split('#')[0];
}

/** Statuses of listed images; of images that may have bytes; of tombstones. */
export const LISTED: readonly unknown[] = ['processing', 'ready', 'rejected', 'failed'];
export const LIVE: readonly unknown[] = ['pending', 'processing', 'ready', 'failed'];
export const TOMBSTONES: readonly unknown[] = ['deleting', 'deleted', 'expired'];
/** Statuses in which a CDN may still have variants of earlier attempts. */
export const WAITING: readonly unknown[] = ['processing', 'rejected', 'failed', 'deleting'];
/** Statuses that end, at the latest through the sweeper. */
export const UNFINISHED: readonly unknown[] = ['pending', 'processing', 'deleting'];
