import type { Extent, Item, Meta, Reference } from './meta';
import { encodeFourcc, type Bytes } from '../headers/bytes';

const [AV01, HVC1, IDAT, DIMG, AUXL] = ['av01', 'hvc1', 'idat', 'dimg', 'auxl'].map(encodeFourcc);

const IN_FILE = 0;
const IN_IDAT = 1;

type Others = Meta['others'];

export function readItemData(bytes: Bytes, others: Others, { extents }: Item): Uint8Array {
  const parts = extents.map(extent => readExtent(bytes, others, extent));
  // Extents may overlap, and a small file would make gigabytes of them.
  if (parts.reduce((sum, { length }) => sum + length, 0) > bytes.length) {
    throw bytes.createCorruptError('its image has more data than the file');
  }
  return Buffer.concat(parts);
}

function readExtent(bytes: Bytes, others: Others, { method, offset, length }: Extent): Uint8Array {
  const start = offset + (method === IN_IDAT ? others.find(({ name }) => name === IDAT)?.start ?? NaN : 0);
  // A length of 0 means the rest of the file, ISO/IEC 14496-12, section 8.11.3.
  const end = length === 0 ? bytes.length : start + length;
  if (!(start <= end && end <= bytes.length)) throw bytes.createCorruptError('it ends in the middle of its image');
  return bytes.raw.subarray(start, end);
}

/**
 * Rejects a file that ends before the data of its image, its sources or their alpha: libheif would show missing tiles
 * of a grid in green.
 */
export function checkShownData(bytes: Bytes, { items, references, primary, others }: Meta): void {
  for (const id of findShownItems(references, primary)) {
    const item = items.get(id);
    if (!item) continue;
    const isCoded = item.type === AV01 || item.type === HVC1;
    if (isCoded && item.extents.length === 0) throw bytes.createCorruptError('a part of its image has no data');
    for (const extent of item.extents) {
      if (extent.method === IN_FILE || extent.method === IN_IDAT) readExtent(bytes, others, extent);
    }
  }
}

/** The primary item, its sources, their sources, and the auxiliary images of all of them. */
function findShownItems(references: readonly Reference[], primary: number): Set<number> {
  const sources = new Map<number, number[]>();
  const add = (from: number, to: number): void => void (sources.get(from)?.push(to) ?? sources.set(from, [to]));
  for (const { name, from, to } of references) {
    if (name === DIMG) to.forEach(id => add(from, id));
    if (name === AUXL) to.forEach(id => add(id, from));
  }
  const shown = new Set([primary]);
  for (const id of shown) sources.get(id)?.forEach(source => shown.add(source));
  return shown;
}
