import { type Finding, reporter } from './finding';
import type { Contents } from './raw-storage';
import { type AnyImageRow, isAside, LIVE } from './row-kinds';
import { PREFIXES, type VariantRecord } from '../../src/contract';

/** I1: a ready image has the bytes that were confirmed. */
export function checkReady(images: readonly AnyImageRow[], { objects }: Contents, findings: Finding[]): void {
  for (const row of images.filter(({ status }) => status === 'ready')) {
    const report = reporter(findings, row.image_id);
    const object = objects.get(String(row.object_key));
    if (object === undefined) report('I1', `its object ${row.object_key} is not there`);
    else if (object.size !== row.size) report('I1', `its object has ${object.size} bytes, not ${row.size}`);
    else if (object.etag !== unquoted(row.etag)) report('I1', `its object has the etag ${object.etag}, not ${row.etag}`);
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

/** I2, once settled: no bytes without an image that may have them. */
export function checkOrphans(images: readonly AnyImageRow[], { objects }: Contents, findings: Finding[]): void {
  const byKey = new Map(images.map(row => [row.object_key, row]));
  const byFolder = new Map(images.filter(row => !isAside(row)).map(row => [variantsFolder(row), row]));
  for (const key of objects.keys()) {
    const row = key.startsWith(PREFIXES.VARIANTS) ? byFolder.get(key.slice(0, key.lastIndexOf('/') + 1)) : byKey.get(key);
    if (row === undefined) reporter(findings, key)('I2', 'no row names this object');
    else if (!LIVE.includes(row.status)) reporter(findings, key)('I2', `the object's row ${row.image_id} is ${row.status}`);
  }
}

/** I6: a ready image has the variants that its row names. */
export function checkVariants(images: readonly AnyImageRow[], { objects }: Contents, findings: Finding[]): void {
  for (const row of images.filter(({ status }) => status === 'ready')) {
    for (const { name, format, size } of (row.variants ?? []) as VariantRecord[]) {
      const object = objects.get(`${variantsFolder(row)}${name}.${format === 'jpeg' ? 'jpg' : format}`);
      if (object?.size !== size) reporter(findings, row.image_id)('I6', `its variant ${name} must have ${size} bytes, but has ${object?.size ?? 'none'}`);
    }
  }
}

function variantsFolder({ object_key }: AnyImageRow): string {
  const [, tenant, user, id] = String(object_key).split('/');
  return `${PREFIXES.VARIANTS}${tenant}/${user}/${id}/`;
}

function unquoted(etag: unknown): string {
  return String(etag).replace(/^"|"$/g, '');
}
