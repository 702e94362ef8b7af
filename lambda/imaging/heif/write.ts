import type { Item, Meta, Reference } from './meta';
import type { Box } from '../headers/boxes';

/** A property to write: a box of the file, or one that was made. Items that share a property share the object. */
export type BoxBytes = Uint8Array;

export interface WritableItem extends Omit<Item, 'properties'> {
  readonly properties: readonly { readonly bytes: BoxBytes; readonly isEssential: boolean }[];
}

export interface WritableMeta extends Pick<Meta, 'primary' | 'references'> {
  readonly items: readonly WritableItem[];
  readonly others: readonly BoxBytes[];
}

export function encodeUint16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, i) => bytes.writeUInt16BE(value, 2 * i));
  return bytes;
}

export function encodeUint32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32BE(value, 4 * i));
  return bytes;
}

export function makeBox(name: string, ...content: Uint8Array[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 8);
  return Buffer.concat([encodeUint32(length), Buffer.from(name, 'latin1'), ...content]);
}

export function makeFullBox(name: string, version: number, flags: number, ...content: Uint8Array[]): Buffer {
  return makeBox(name, encodeUint32(version * 2 ** 24 + flags), ...content);
}

/** The box with its header, which has 8 bytes unless the box is longer than 4 GiB. */
export function sliceBox(raw: Uint8Array, { start, end }: Box): BoxBytes {
  return raw.subarray(start - 8, end);
}

/** In the wide form of each box, so that ids and indexes of every size fit. */
export function writeMeta({ primary, items, references, others }: WritableMeta): Buffer {
  return makeFullBox('meta', 0, 0,
    ...others,
    makeFullBox('pitm', 1, 0, encodeUint32(primary)),
    makeFullBox('iloc', 2, 0, encodeUint16(0x4400), encodeUint32(items.length), ...items.map(writeLocation)),
    makeFullBox('iinf', 1, 0, encodeUint32(items.length), ...items.map(({ entry }) => entry)),
    makeFullBox('iref', 1, 0, ...references.map(writeReference)),
    writeProperties(items),
  );
}

/** Id, construction method, data reference, extents. */
function writeLocation({ id, extents }: WritableItem): Buffer {
  const method = extents[0]?.method ?? 0;
  const parts = extents.map(({ offset, length }) => encodeUint32(offset, length));
  return Buffer.concat([encodeUint32(id), encodeUint16(method, 0, extents.length), ...parts]);
}

function writeReference({ name, from, to }: Reference): Buffer {
  const content = Buffer.concat([encodeUint32(from), encodeUint16(to.length), encodeUint32(...to)]);
  return Buffer.concat([encodeUint32(content.length + 8, name), content]);
}

function writeProperties(items: readonly WritableItem[]): Buffer {
  // By identity: a comparison of contents reads a property of megabytes once for each of thousands of items.
  const known = new Map<BoxBytes, number>();
  const list: BoxBytes[] = [];
  const addProperty = (bytes: BoxBytes): number => {
    const index = known.get(bytes) ?? list.push(bytes);
    known.set(bytes, index);
    return index;
  };
  const associations = items.map(({ id, properties }) => Buffer.concat([
    encodeUint32(id),
    Buffer.from([properties.length]),
    encodeUint16(...properties.map(({ bytes, isEssential }) => addProperty(bytes) + (isEssential ? 2 ** 15 : 0))),
  ]));
  return makeBox(
    'iprp', makeBox('ipco', ...list), makeFullBox('ipma', 1, 1, encodeUint32(items.length), ...associations),
  );
}
