import { readBoxes, type Box } from './boxes';
import { encodeFourcc, type Bytes } from './bytes';
import { takeLargestSides, NO_SIZE, type Size } from './reading';

/** The facts in a `meta` box that determine which items are decoded. */
export interface Items {
  readonly primary: number | undefined;
  readonly sizes: ReadonlyMap<number, Size>;
  /** Sources of a grid, an overlay or another derived item. An item that is used twice is listed twice. */
  readonly sources: ReadonlyMap<number, readonly number[]>;
  /** Alpha, depth and the like by the item that they belong to. */
  readonly auxiliaries: ReadonlyMap<number, readonly number[]>;
}

const PITM = encodeFourcc('pitm');
const IPRP = encodeFourcc('iprp');
const IPCO = encodeFourcc('ipco');
const IPMA = encodeFourcc('ipma');
const ISPE = encodeFourcc('ispe');
const IREF = encodeFourcc('iref');
const DIMG = encodeFourcc('dimg');
const AUXL = encodeFourcc('auxl');

/** Of a full box: a version, then flags. */
const FULL = 4;

export function readItems(bytes: Bytes, meta: Box): Items {
  const sizes = new Map<number, Size>();
  const sources = new Map<number, number[]>();
  const auxiliaries = new Map<number, number[]>();
  let primary: number | undefined;
  for (const box of readBoxes(bytes, meta.start + FULL, meta.end)) {
    if (box.name === PITM) primary = bytes.readId(box.start + FULL, isWide(bytes, box));
    if (box.name === IPRP) readProperties(bytes, box, sizes);
    if (box.name === IREF) readReferences(bytes, box, sources, auxiliaries);
  }
  return { primary, sizes, sources, auxiliaries };
}

/** Of these boxes version 0 has item ids of 16 bits, every other of 32. */
function isWide(bytes: Bytes, box: Box): boolean {
  return bytes.readU8(box.start) > 0;
}

/** ISO/IEC 23008-12, section 9.3: all properties in `ipco`, and which item has which in `ipma`. */
function readProperties(bytes: Bytes, iprp: Box, sizes: Map<number, Size>): void {
  const properties: (Size | undefined)[] = [];
  for (const box of readBoxes(bytes, iprp.start, iprp.end)) {
    if (box.name !== IPCO) continue;
    for (const property of readBoxes(bytes, box.start, box.end)) properties.push(readExtent(bytes, property));
  }
  for (const box of readBoxes(bytes, iprp.start, iprp.end)) {
    if (box.name === IPMA) associate(bytes, box, properties, sizes);
  }
}

/** Section 6.5.3: width and height of the item before any rotation or crop. */
function readExtent(bytes: Bytes, { name, start }: Box): Size | undefined {
  if (name !== ISPE) return undefined;
  return { width: bytes.readU32(start + FULL), height: bytes.readU32(start + FULL + 4) };
}

/**
 * Section 9.3.1: the highest bit of an association says whether the property is essential; the rest is its place in
 * `ipco`, from 1.
 */
function associate(bytes: Bytes, box: Box, properties: readonly (Size | undefined)[], sizes: Map<number, Size>): void {
  const wideId = isWide(bytes, box);
  const wideIndex = bytes.readU8(box.start + 3) % 2 === 1;
  const items = bytes.readU32(box.start + FULL);
  let at = box.start + FULL + 4;
  for (let item = 0; item < items && at < box.end; item++) {
    const id = bytes.readId(at, wideId);
    at += wideId ? 4 : 2;
    const associations = bytes.readU8(at);
    at += 1;
    bytes.count(1 + associations);
    for (let i = 0; i < associations; i++, at += wideIndex ? 2 : 1) {
      const index = wideIndex ? bytes.readU16(at) % 2 ** 15 : bytes.readU8(at) % 2 ** 7;
      const size = properties[index - 1];
      if (size) sizes.set(id, takeLargestSides(size, sizes.get(id) ?? NO_SIZE));
    }
  }
}

/**
 * ISO/IEC 14496-12, section 8.11.12: one item refers to others, and the name of the box gives the kind of reference.
 */
function readReferences(
  bytes: Bytes, iref: Box, sources: Map<number, number[]>, auxiliaries: Map<number, number[]>,
): void {
  const wide = isWide(bytes, iref);
  const width = wide ? 4 : 2;
  for (const { name, start } of readBoxes(bytes, iref.start + FULL, iref.end)) {
    if (name !== DIMG && name !== AUXL) continue;
    const from = bytes.readId(start, wide);
    const count = bytes.readU16(start + width);
    bytes.count(count);
    for (let i = 0; i < count; i++) {
      const to = bytes.readId(start + width + 2 + i * width, wide);
      if (name === DIMG) append(sources, from, to);
      else append(auxiliaries, to, from);
    }
  }
}

function append(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
