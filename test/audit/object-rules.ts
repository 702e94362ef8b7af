import { type Finding, reporter } from './finding';
import type { Contents } from './raw-storage';
import { type AnyImageRow, isAside, LIVE } from './row-kinds';
import { CLEAN, PREFIXES, type VariantRecord } from '../../src/contract';

/** I1: a ready image has the bytes that were confirmed. */
export function checkReady(images: readonly AnyImageRow[], { objects }: Contents, findings: Finding[]): void {
  for (const row of images.filter(({ status }) => status === 'ready')) {
    const report = reporter(findings, row.image_id);
    const object = objects.get(String(row.object_key));
    if (object === undefined) {report('I1', `its object ${row.object_key} is not there`);} else if (object.size !== row.size) {report('I1', `its object has ${object.size} bytes, not ${row.size}`);} else if (object.etag !== unquoted(row.etag)) {
      report('I1', `its object has the etag ${object.etag}, not ${row.etag}`);
    }
  }
}

export function checkKeysUnique(images: readonly AnyImageRow[], findings: Finding[]): void {
  const owner = new Map<unknown, string>();
  for (const row of images) {
    const other = owner.get(row.object_key);
    if (other !== undefined) reporter(findings, row.image_id)('I3', `${other} has the same object_key`);
    owner.set(row.object_key, row.image_id);
  }
}

/** I2, once settled: all bytes belong to an image that may have them. */
export function checkOrphans(images: readonly AnyImageRow[], { objects }: Contents, findings: Finding[]): void {
  const byKey = new Map(images.map(row => [row.object_key, row]));
  const byFolder = new Map(images.filter(row => !isAside(row)).map(row => [variantsFolder(row), row]));
  for (const key of objects.keys()) {
    const row = key.startsWith(PREFIXES.VARIANTS) ? byFolder.get(folderOf(key)) : byKey.get(key);
    if (row === undefined) {reporter(findings, key)('I2', 'no row names this object');} else if (!LIVE.includes(row.status)) {
      reporter(findings, key)('I2', `the object's row ${row.image_id} is ${row.status}`);
    }
  }
}

/** I5, once settled: a CDN reads every stored variant, so only ready images may have variants. */
export function checkReadable(images: readonly AnyImageRow[], { objects }: Contents, findings: Finding[]): void {
  const byFolder = new Map(images.filter(row => !isAside(row)).map(row => [variantsFolder(row), row]));
  for (const key of objects.keys()) {
    if (!key.startsWith(PREFIXES.VARIANTS)) continue;
    const status = byFolder.get(folderOf(key))?.status;
    if (status !== 'ready') {
      reporter(findings, key)('I5', `the CDN can still read it, but its row is ${status ?? 'not there'}`);
    }
  }
}

/** I5, once settled: everyone can read a copy for a public URL, so only public images may have any. */
export function checkCopies(images: readonly AnyImageRow[], { objects }: Contents, findings: Finding[]): void {
  const byFolder = new Map(images.filter(row => !isAside(row)).map(row => [variantsFolder(row), row]));
  for (const key of objects.keys()) {
    if (!key.startsWith(COPIES)) continue;
    const row = byFolder.get(folderOf(key));
    if (row?.status === 'ready' && row.visibility === 'public') continue;
    const state = row === undefined ? 'not there' : `${row.status} and ${row.visibility ?? 'private'}`;
    reporter(findings, key)('I5', `everyone can still read it, but its row is ${state}`);
  }
}

/** The service's set: each ready image has exactly these variants. */
export type VariantSet = readonly { readonly name: string; readonly settings: string }[];

/** I6: a ready image has each variant of its row once; after reprocessing, exactly those of the set. */
export function checkVariants(
  images: readonly AnyImageRow[], { objects }: Contents, findings: Finding[], set?: VariantSet,
): void {
  for (const row of images.filter(({ status }) => status === 'ready')) {
    const report = reporter(findings, row.image_id);
    const variants = (row.variants ?? []) as VariantRecord[];
    for (const { name, format, size, settings } of variants) {
      const object = objects.get(`${variantsFolder(row)}${name}.${format === 'jpeg' ? 'jpg' : format}`);
      // A variant without a size is made on demand, or was.
      if (size !== undefined && object?.size !== size) {
        report('I6', `its variant ${name} must have ${size} bytes, but has ${object?.size ?? 'none'}`);
      }
      if (typeof settings !== 'string' || settings === '') {
        report('I6', `its variant ${name} has no settings`);
      }
    }
    const names = variants.map(({ name }) => name);
    if (new Set(names).size < names.length) report('I6', `it names a variant twice: ${names.join(', ')}`);
    if (set !== undefined && namesOf(variants) !== namesOf(set)) {
      report('I6', `it has ${namesOf(variants)}, but the set is ${namesOf(set)}`);
    }
  }
}

function namesOf(variants: VariantSet): string {
  return variants.map(({ name, settings }) => `${name}:${settings}`).join(' ');
}

/** I7: every ready image can be downloaded, and only clean bytes can be read. */
export function checkScanned(images: readonly AnyImageRow[], { objects }: Contents, findings: Finding[]): void {
  for (const row of images.filter(({ status }) => status === 'ready')) {
    const scan = objects.get(String(row.object_key))?.scan;
    if (scan !== CLEAN) {
      reporter(findings, row.image_id)('I7', `it can be downloaded, but its scan says ${scan ?? 'nothing'}`);
    }
  }
}

/** An original that was deleted. */
export interface Deletion {
  readonly key: string;
  /** The status of the record that owned it, at the time of the delete. */
  readonly status: unknown;
}

/** I10: an original is deleted only if its own record calls for it; no other record can delete it. */
export function checkDeletions(deletions: readonly Deletion[], findings: Finding[]): void {
  for (const { key, status } of deletions) {
    if (LIVE.includes(status)) reporter(findings, key)('I10', `it was deleted while its own record was ${status}`);
  }
}

/**
 * I8: an image becomes ready, rejected or deleted once, and an ended image does not begin again. Only an operator can
 * retry a failed one.
 */
const AGAIN: Record<string, readonly string[]> = {
  failed: ['processing', 'deleting'],
  ready: ['deleting'],
  rejected: ['deleting'],
  deleting: ['deleted'],
  deleted: [],
  expired: [],
};

export function checkCourses(courses: ReadonlyMap<string, readonly string[]>, findings: Finding[]): void {
  for (const [key, course] of courses) {
    const wrong = course.findIndex((status, i) => i > 0 && AGAIN[course[i - 1]]?.includes(status) === false);
    if (wrong > 0) reporter(findings, key)('I8', `it went from ${course[wrong - 1]} to ${course[wrong]}`);
  }
}

const COPIES = `${PREFIXES.VARIANTS}public/`;

/** The folder of an image's variants: the one of a variant, or of the original of a copy. */
function folderOf(key: string): string {
  const path = key.startsWith(COPIES) ? PREFIXES.VARIANTS + key.slice(COPIES.length) : key;
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function variantsFolder({ object_key }: AnyImageRow): string {
  const [, tenant, user, id] = String(object_key).split('/');
  return `${PREFIXES.VARIANTS}${tenant}/${user}/${id}/`;
}

function unquoted(etag: unknown): string {
  return String(etag).replace(/^"|"$/g, '');
}
