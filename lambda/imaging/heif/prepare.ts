import { isDeep, isLayered, readCodedImage, type CodedImage } from './coded-image';
import { checkShownData } from './item-data';
import { resolveItems } from './items';
import { readMeta, type Item, type Meta, type Property } from './meta';
import { readMinimized } from './mini';
import { readSamples, listEntryBoxes } from './samples';
import { readTransform, type Transform } from './transforms';
import {
  sliceBox,
  makeBox,
  makeFullBox,
  encodeUint16,
  encodeUint32,
  writeMeta,
  type BoxBytes,
  type WritableItem,
  type WritableMeta,
} from './write';
import { readBoxes, type Box } from '../headers/boxes';
import { Bytes, encodeFourcc } from '../headers/bytes';
import { readTracks, type Track } from '../headers/heif-tracks';
import type { RejectionError } from '../rejection-error';

/** The part of an AVIF, HEIC or HEIF that is shown, in a form that a decoder reads. */
export type Prepared =
  | { readonly kind: 'sequence'; readonly colour: Track; readonly alpha?: Track }
  /** For the AV1 decoder of our own. */
  | { readonly kind: 'coded'; readonly image: CodedImage }
  /** `transforms`: those of the item, where its crop is left to the caller. */
  | { readonly kind: 'item'; readonly bytes: Uint8Array; readonly transforms: readonly Transform[] };

const [META, MINI, MOOV, FTYP] = ['meta', 'mini', 'moov', 'ftyp'].map(encodeFourcc);
const [AV01, AVIF, AVIS, MSF1, MIF3] = ['av01', 'avif', 'avis', 'msf1', 'mif3'].map(encodeFourcc);
const FREE = Buffer.from('free', 'latin1');

interface File {
  readonly bytes: Bytes;
  readonly brand: number;
  /** The codec's brand in the place of the minor version, where the major brand is `mif3`. */
  readonly minor: number;
  readonly meta?: Box;
  readonly mini?: Box;
  readonly tracks: readonly Track[];
}

export function prepare(bytes: Bytes): Prepared {
  const file = readFile(bytes);
  const meta = readItems(file);
  const colour = file.tracks.find(({ isAuxiliary, entry }) => !isAuxiliary && entry);
  const isSequence = !meta || file.brand === AVIS || file.brand === MSF1;
  if (colour?.codec === AV01 && isSequence) return { kind: 'sequence', colour, alpha: findAlpha(file.tracks, colour) };
  if (file.mini && file.brand === MIF3 && file.minor === AVIF) {
    return prepare(new Bytes(makeStill(bytes, 'avif', readMinimized(bytes, file.mini)), 'HEIF'));
  }
  if (!meta && colour) return buildItem(makeStill(bytes, 'heic', buildFirstPicture(bytes, colour)));
  return meta && file.meta ? prepareItem(file, file.meta, meta) : buildItem(bytes.raw);
}

function buildItem(bytes: Uint8Array, transforms: readonly Transform[] = []): Prepared {
  return { kind: 'item', bytes, transforms };
}

function prepareItem({ bytes }: File, box: Box, meta: Meta): Prepared {
  checkShownData(bytes, meta);
  const { items, references, primary, transforms, isChanged } = resolveItems(bytes, meta);
  const shown = items.find(({ id }) => id === primary);
  const graph = { items, references, others: meta.others, transforms };
  if (shown && (isLayered(shown) || isDeep(bytes, graph, shown))) {
    return { kind: 'coded', image: readCodedImage(bytes, graph, shown) };
  }
  if (!isChanged) return buildItem(bytes.raw);
  const writable: WritableMeta = {
    primary,
    references,
    items: buildWritableItems(bytes, items),
    others: meta.others.map(other => sliceBox(bytes.raw, other)),
  };
  return buildItem(rewrite(bytes, [box], writable), transforms);
}

function buildWritableItems({ raw }: Bytes, items: readonly Item[]): WritableItem[] {
  const known = new Map<number, BoxBytes>();
  const write = (property: Property): WritableItem['properties'][number] => {
    const bytes = known.get(property.start) ?? sliceBox(raw, property);
    known.set(property.start, bytes);
    return { bytes, isEssential: property.isEssential };
  };
  return items.map(item => ({ ...item, properties: item.properties.map(write) }));
}

function readFile(bytes: Bytes): File {
  const file: { -readonly [K in keyof File]: File[K] } = { bytes, brand: 0, minor: 0, tracks: [] };
  for (const box of readBoxes(bytes, 0, bytes.length)) {
    if (box.name === FTYP) [file.brand, file.minor] = [bytes.readU32(box.start), bytes.readU32(box.start + 4)];
    if (box.name === META) file.meta ??= box;
    if (box.name === MINI) file.mini ??= box;
    if (box.name === MOOV && file.tracks.length === 0) file.tracks = readTracks(bytes, box);
  }
  return file;
}

/** Undefined if the file has no primary item, or if its items are unreadable: then a decoder judges the file. */
function readItems({ bytes, meta }: File): Meta | undefined {
  if (!meta) return undefined;
  try {
    return readMeta(bytes, meta);
  } catch (error) {
    if ((error as RejectionError).code === 'CORRUPT') return undefined;
    throw error;
  }
}

/** A track that says it is auxiliary to the colours is their alpha: depth has no place in AVIF sequences. */
function findAlpha(tracks: readonly Track[], colour: Track): Track | undefined {
  return tracks.find(({ codec, auxiliaryOf }) => codec === AV01 && auxiliaryOf.includes(colour.id));
}

/** Builds a still of a track's first sample, which has the form of an item's data. */
function buildFirstPicture(bytes: Bytes, track: Track): WritableMeta {
  const [sample] = readSamples(bytes, track);
  if (!sample) throw bytes.createCorruptError('its sequence has no samples');
  const size = makeFullBox('ispe', 0, 0, encodeUint32(track.width, track.height));
  const properties = listEntryBoxes(bytes, track).filter(box => isProperty(bytes, box));
  return {
    primary: 1,
    references: [],
    others: [makeFullBox('hdlr', 0, 0, encodeUint32(0, encodeFourcc('pict'), 0, 0, 0), Buffer.from([0]))],
    items: [{
      id: 1,
      type: track.codec,
      entry: makeFullBox('infe', 2, 0, encodeUint16(1, 0), encodeUint32(track.codec), Buffer.from([0])),
      extents: [{ method: 0, offset: sample.byteOffset - bytes.raw.byteOffset, length: sample.length }],
      properties: [
        { bytes: size, isEssential: false },
        ...properties.map(box => ({ bytes: sliceBox(bytes.raw, box), isEssential: true })),
      ],
    }],
  };
}

/** Configuration, colours, turns and mirrors mean the same in a sample entry and in `ipco`. */
function isProperty(bytes: Bytes, box: Box): boolean {
  return PROPERTIES.has(box.name) || readTransform(bytes, box) !== undefined;
}

const PROPERTIES = new Set(['hvcC', 'colr', 'pasp'].map(encodeFourcc));

/**
 * A copy of the file with another `meta` box at its end, so that all data stays where it is. The boxes that it replaces
 * become free space.
 */
function rewrite(bytes: Bytes, replaced: readonly Box[], meta: WritableMeta): Uint8Array {
  const copy = Buffer.from(bytes.raw);
  for (const box of replaced) copy.set(FREE, findName(bytes, box));
  return Buffer.concat([copy, writeMeta(meta)]);
}

/** A still with the data of this file. Decoders look for other boxes where they find the brands of other files. */
function makeStill(bytes: Bytes, brand: 'avif' | 'heic', meta: WritableMeta): Uint8Array {
  const ftyp = makeBox('ftyp', Buffer.from(`${brand}\0\0\0\0mif1${brand}`, 'latin1'));
  const copy = Buffer.from(bytes.raw);
  for (const box of readBoxes(bytes, 0, bytes.length)) if (REPLACED.has(box.name)) copy.set(FREE, findName(bytes, box));
  const items = meta.items.map(
    item => ({ ...item, extents: item.extents.map(extent => ({ ...extent, offset: extent.offset + ftyp.length })) }),
  );
  return Buffer.concat([ftyp, copy, writeMeta({ ...meta, items })]);
}

const REPLACED = new Set([FTYP, META, MINI, MOOV]);

/** Before its content, or before the long size that stands there. */
function findName(bytes: Bytes, { name, start }: Box): number {
  return bytes.readU32(start - 4) === name ? start - 4 : start - 12;
}
