import { readBoxes, type Box } from '../headers/boxes';
import { encodeFourcc, type Bytes } from '../headers/bytes';

/** Where a part of an item's data is: in the file (0) or in `idat` (1), ISO/IEC 14496-12, section 8.11.3. */
export interface Extent {
  readonly method: number;
  readonly offset: number;
  readonly length: number;
}

export interface Property extends Box {
  readonly isEssential: boolean;
}

export interface Item {
  readonly id: number;
  /** Such as `av01`, `hvc1`, `grid`. */
  readonly type: number;
  /** Its whole `infe` box. */
  readonly entry: Uint8Array;
  readonly extents: readonly Extent[];
  readonly properties: readonly Property[];
}

export interface Reference {
  readonly name: number;
  readonly from: number;
  readonly to: readonly number[];
}

/** A `meta` box, taken apart. */
export interface Meta {
  readonly primary: number;
  readonly items: ReadonlyMap<number, Item>;
  readonly references: readonly Reference[];
  /** Boxes that stay as they are, such as `hdlr` and `idat`. */
  readonly others: readonly Box[];
}

const [PITM, ILOC, IINF, IREF, IPRP, IPCO, IPMA, INFE] =
  ['pitm', 'iloc', 'iinf', 'iref', 'iprp', 'ipco', 'ipma', 'infe'].map(encodeFourcc);
const REBUILT = new Set([PITM, ILOC, IINF, IREF, IPRP]);

/** Of a full box: a version, then flags. */
const FULL = 4;

export function readMeta(bytes: Bytes, meta: Box): Meta {
  const children = [...readBoxes(bytes, meta.start + FULL, meta.end)];
  const listChildren = (name: number): Box[] => children.filter(child => child.name === name);
  const primary = listChildren(PITM).map(box => bytes.readId(box.start + FULL, isWide(bytes, box)))[0];
  if (primary === undefined) throw bytes.createCorruptError('it does not say which image is shown, or how large it is');
  const extents = new Map(listChildren(ILOC).flatMap(box => [...readLocations(bytes, box)]));
  const properties = new Map(listChildren(IPRP).flatMap(box => [...readProperties(bytes, box)]));
  const items = listChildren(IINF).flatMap(box => readEntries(bytes, box))
    .map(({ id, type, entry }): [number, Item] => [
      id, { id, type, entry, extents: extents.get(id) ?? [], properties: properties.get(id) ?? [] },
    ]);
  return {
    primary,
    items: new Map(items),
    references: listChildren(IREF).flatMap(box => [...readReferences(bytes, box)]),
    others: children.filter(({ name }) => !REBUILT.has(name)),
  };
}

function isWide(bytes: Bytes, box: Box): boolean {
  return bytes.readU8(box.start) > 0;
}

/**
 * Section 8.11.6: behind version, flags and count an `infe` for each item. Versions 2 and 3 have an id, four bytes or
 * two of protection, a type.
 */
function readEntries(bytes: Bytes, iinf: Box): Pick<Item, 'id' | 'type' | 'entry'>[] {
  const start = iinf.start + FULL + (isWide(bytes, iinf) ? 4 : 2);
  return [...readBoxes(bytes, start, iinf.end)]
    .filter(({ name, start: at }) => name === INFE && bytes.readU8(at) >= 2)
    .map(box => {
      const hasWideId = bytes.readU8(box.start) > 2;
      const at = box.start + FULL;
      return {
        id: bytes.readId(at, hasWideId),
        type: bytes.readU32(at + (hasWideId ? 6 : 4)),
        entry: bytes.raw.subarray(box.start - 8, box.end),
      };
    });
}

/** Section 8.11.3. A base and an index can have 0, 4 or 8 bytes, so can offset and length. */
function* readLocations(bytes: Bytes, iloc: Box): Generator<[number, Extent[]]> {
  const version = bytes.readU8(iloc.start);
  const [sizes, more] = [bytes.readU8(iloc.start + FULL), bytes.readU8(iloc.start + FULL + 1)];
  const [offsetSize, lengthSize, baseSize] = [Math.floor(sizes / 16), sizes % 16, Math.floor(more / 16)];
  const indexSize = version > 0 ? more % 16 : 0;
  let at = iloc.start + FULL + 2;
  const take = (size: number): number => bytes.readUint((at += size) - size, size);
  const items = take(version < 2 ? 2 : 4);
  for (let item = 0; item < items && at < iloc.end; item++) {
    const id = take(version < 2 ? 2 : 4);
    const method = version > 0 ? take(2) % 16 : 0;
    take(2);
    const base = take(baseSize);
    const count = take(2);
    bytes.count(1 + count);
    const extents = Array.from({ length: count }, () => {
      take(indexSize);
      return { method, offset: base + take(offsetSize), length: take(lengthSize) };
    });
    yield [id, extents];
  }
}

/**
 * ISO/IEC 23008-12, section 9.3.1: the highest bit of an association says whether the property is essential; the rest
 * is its place, from 1.
 */
function* readProperties(bytes: Bytes, iprp: Box): Generator<[number, Property[]]> {
  const inside = [...readBoxes(bytes, iprp.start, iprp.end)];
  const properties = inside.filter(({ name }) => name === IPCO).flatMap(
    box => [...readBoxes(bytes, box.start, box.end)],
  );
  for (const ipma of inside.filter(({ name }) => name === IPMA)) {
    const wideIndex = bytes.readU8(ipma.start + 3) % 2;
    const half = 2 ** (wideIndex ? 15 : 7);
    let at = ipma.start + FULL + 4;
    for (let left = bytes.readU32(ipma.start + FULL); left > 0 && at < ipma.end; left--) {
      const id = bytes.readId(at, isWide(bytes, ipma));
      at += isWide(bytes, ipma) ? 4 : 2;
      const count = bytes.readU8(at++);
      bytes.count(1 + count);
      const values = Array.from(
        { length: count }, () => bytes.readUint((at += 1 + wideIndex) - 1 - wideIndex, 1 + wideIndex),
      );
      yield [id, values.flatMap(value => withEssential(properties[value % half - 1], value >= half))];
    }
  }
}

function withEssential(property: Box | undefined, isEssential: boolean): Property[] {
  return property ? [{ ...property, isEssential }] : [];
}

/** ISO/IEC 14496-12, section 8.11.12. */
function* readReferences(bytes: Bytes, iref: Box): Generator<Reference> {
  const wide = isWide(bytes, iref);
  const width = wide ? 4 : 2;
  for (const { name, start } of readBoxes(bytes, iref.start + FULL, iref.end)) {
    const count = bytes.readU16(start + width);
    bytes.count(count);
    yield {
      name,
      from: bytes.readId(start, wide),
      to: Array.from({ length: count }, (_, i) => bytes.readId(start + width + 2 + i * width, wide)),
    };
  }
}
