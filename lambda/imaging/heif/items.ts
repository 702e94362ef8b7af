import type { Item, Meta, Property, Reference } from './meta';
import { isCrop, readTransform, type Transform } from './transforms';
import { encodeFourcc, type Bytes } from '../headers/bytes';

const [IDEN, DIMG, AUXL] = ['iden', 'dimg', 'auxl'].map(encodeFourcc);

/** An identity of an identity is rare already. */
const MOST_IDENTITIES = 4;

export interface ResolvedItems extends Pick<Meta, 'primary' | 'references'> {
  readonly items: readonly Item[];
  /** Of the primary item, in their order, where its crop has been taken away. */
  readonly transforms: readonly Transform[];
  /** Whether decoders need another `meta` box. */
  readonly isChanged: boolean;
}

/** Replaces constructs that libheif cannot read: identities, crops and items that are used twice. */
export function resolveItems(bytes: Bytes, meta: Meta): ResolvedItems {
  const { items, primary, references } = resolveIdentity(meta);
  const unique = resolveDoubles(bytes, { items, references });
  const shown = unique.items.get(primary);
  const hasCrop = shown?.properties.some(({ name }) => isCrop(name)) ?? false;
  const uncropped = hasCrop ? removeCrops(unique, primary) : unique.items;
  return {
    primary,
    items: [...uncropped.values()],
    references: unique.references,
    transforms: hasCrop ? shown!.properties.flatMap(property => readTransform(bytes, property) ?? []) : [],
    isChanged: hasCrop || primary !== meta.primary || unique.isChanged,
  };
}

/** ISO/IEC 23008-12, section 6.6.2.1: the same pixels as its source, with transforms of its own behind the source's. */
function resolveIdentity({ items, references, primary }: Meta): Pick<Meta, 'items' | 'primary' | 'references'> {
  const resolved = new Map(items);
  let shown = primary;
  for (let depth = 0; depth < MOST_IDENTITIES && resolved.get(shown)?.type === IDEN; depth++) {
    const identity = resolved.get(shown)!;
    const source = resolved.get(references.find(({ name, from }) => name === DIMG && from === shown)?.to[0] ?? NaN);
    if (!source) break;
    const properties = [...source.properties, ...identity.properties.filter(isTransform)];
    resolved.set(source.id, { ...source, properties });
    shown = source.id;
  }
  // Alpha belongs to the shown item.
  const moved = references.map(
    ({ name, from, to }) => ({ name, from, to: name === AUXL ? to.map(id => id === primary ? shown : id) : to }),
  );
  return { items: resolved, primary: shown, references: shown === primary ? references : moved };
}

const TRANSFORMS = new Set(['clap', 'irot', 'imir'].map(encodeFourcc));

function isTransform({ name }: Property): boolean {
  return TRANSFORMS.has(name);
}

type Graph = Pick<Meta, 'items' | 'references'>;

/**
 * The item's and that of its alpha, which is cropped alike. libheif limits the size of a picture to the cropped one.
 */
function removeCrops({ items, references }: Graph, primary: number): Map<number, Item> {
  const cropped = new Set([
    primary, ...references.filter(({ name, to }) => name === AUXL && to.includes(primary)).map(({ from }) => from),
  ]);
  const removeCrop = (item: Item): Item => ({
    ...item,
    properties: item.properties.filter(({ name }) => !isCrop(name)),
  });
  return new Map([...items].map(([id, item]) => [id, cropped.has(id) ? removeCrop(item) : item]));
}

/**
 * libheif fails on an item that refers to another one twice. In a derived image the second source becomes a copy.
 * Elsewhere one reference is enough.
 */
function resolveDoubles(bytes: Bytes, { items, references }: Graph): Graph & { readonly isChanged: boolean } {
  const all = new Map(items);
  let isChanged = false;
  const copies: Reference[] = [];
  const owned = groupByItem(references);
  let nextId = 1;
  for (const id of items.keys()) nextId = Math.max(nextId, id + 1);
  const copyItem = (id: number): number => {
    const item = items.get(id);
    if (!item) return id;
    const own = owned.get(id) ?? [];
    bytes.count(countEntries(item, own));
    all.set(nextId, { ...item, id: nextId, entry: copyEntry(item.entry, nextId) });
    for (const reference of own) copies.push({ ...reference, from: nextId });
    return nextId++;
  };
  const single = references.map((reference): Reference => {
    const { name, to } = reference;
    const unique = new Set(to);
    if (unique.size === to.length) return reference;
    isChanged = true;
    return { ...reference, to: name === DIMG ? to.map(id => unique.delete(id) ? id : copyItem(id)) : [...unique] };
  });
  return { items: all, references: [...single, ...copies], isChanged };
}

function groupByItem(references: readonly Reference[]): Map<number, Reference[]> {
  const groups = new Map<number, Reference[]>();
  for (const reference of references) {
    const group = groups.get(reference.from);
    if (group) group.push(reference);
    else groups.set(reference.from, [reference]);
  }
  return groups;
}

/** Usual `infe` boxes have up to 40 bytes. */
const ENTRY_BYTES = 64;

/** The memory of a copy, in entries of a header: a file can ask for thousands of copies of a large item. */
function countEntries({ entry, extents, properties }: Item, references: readonly Reference[]): number {
  const own = Math.ceil(entry.length / ENTRY_BYTES) + extents.length + properties.length;
  return references.reduce((sum, { to }) => sum + 1 + to.length, own);
}

/** Behind size, name, version and flags: 16 bits in version 2 of `infe`, 32 in version 3. */
function copyEntry(entry: Uint8Array, id: number): Uint8Array {
  const copy = Buffer.from(entry);
  if (copy[8] > 2) copy.writeUInt32BE(id, 12);
  else copy.writeUInt16BE(id % 2 ** 16, 12);
  return copy;
}
