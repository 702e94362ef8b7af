import { readItemData } from './item-data';
import type { Item, Meta, Reference } from './meta';
import { readTransform, type Transform } from './transforms';
import type { Box } from '../headers/boxes';
import { encodeFourcc, type Bytes } from '../headers/bytes';
import type { Cicp } from '../headers/cicp';
import { readIccProfile, readNclx, readPeak } from '../headers/heif-colour';

/** An AV1 image, and its alpha, outside of their container. */
export interface CodedImage {
  readonly data: Uint8Array;
  readonly alpha?: Uint8Array;
  readonly isPremultiplied: boolean;
  readonly operatingPoint: number;
  /** Undefined for the highest of the operating point. */
  readonly layer?: number;
  readonly cicp?: Cicp;
  /** The brightest light of an HDR image, in cd/m². */
  readonly peak?: number;
  readonly icc?: Uint8Array;
  readonly transforms: readonly Transform[];
}

const [A1OP, LSEL, AV01, AV1C, AUXL, AUXC, PREM, ISPE] =
  ['a1op', 'lsel', 'av01', 'av1C', 'auxl', 'auxC', 'prem', 'ispe'].map(encodeFourcc);

/** AVIF 1.1, section 2.3.2.2: all layers. */
const ALL_LAYERS = 0xffff;
const IN_FILE = 0;
const IN_IDAT = 1;
/** Of a full box: a version, then flags. */
const FULL = 4;
/** AVIF 1.1, section 4.1, and its predecessor in HEIF. */
const ALPHA = ['urn:mpeg:mpegB:cicp:systems:auxiliary:alpha', 'urn:mpeg:hevc:2015:auxid:1'];

/** The items of a file, as a decoder is to read them. */
export interface Graph {
  readonly items: readonly Item[];
  readonly references: readonly Reference[];
  readonly others: Meta['others'];
  /** Of the primary item, where its crop has been taken away. */
  readonly transforms: readonly Transform[];
}

/** libheif ignores the operating point, so it decodes the wrong layer or fails. */
export function isLayered({ type, properties }: Item): boolean {
  return type === AV01 && properties.some(({ name }) => name === A1OP || name === LSEL);
}

/**
 * More than 8 bits: libheif widens all pixels at once to 16 bits, which takes 1.3 GiB for 52 megapixels.
 * An image of one item is decoded without libheif.
 */
export function isDeep(bytes: Bytes, graph: Graph, item: Item): boolean {
  const auxiliaries = listAuxiliaries(graph, item);
  const alpha = findAlpha(bytes, graph, item);
  return item.type === AV01 && hasDeepCoding(bytes, item) && [item, ...alpha ? [alpha] : []].every(isPlain)
    && auxiliaries.filter(each => isAlpha(bytes, each)).every(each => each === alpha)
      && (!alpha || readSize(bytes, alpha) === readSize(bytes, item));
}

/** AV1 Codec ISO Media File Format Binding, section 2.3.3: profile and level, tier, then `high_bitdepth`. */
function hasDeepCoding(bytes: Bytes, { properties }: Item): boolean {
  const av1c = properties.find(({ name }) => name === AV1C);
  return av1c !== undefined && Math.floor(bytes.readU8(av1c.start + 2) / 64) % 2 === 1;
}

/** Whether its data is where `readItemData` looks. */
function isPlain({ extents }: Item): boolean {
  return extents.length > 0 && extents.every(({ method }) => method === IN_FILE || method === IN_IDAT);
}

function readSize(bytes: Bytes, { properties }: Item): string {
  const ispe = properties.find(({ name }) => name === ISPE);
  return ispe ? `${bytes.readU32(ispe.start + FULL)}x${bytes.readU32(ispe.start + FULL + 4)}` : '';
}

export function readCodedImage(bytes: Bytes, graph: Graph, item: Item): CodedImage {
  const findProperty = (name: number): Box | undefined => item.properties.find(found => found.name === name);
  const [operatingPoint, layer] = [findProperty(A1OP), findProperty(LSEL)];
  const selected = layer ? bytes.readU16(layer.start) : ALL_LAYERS;
  const alpha = findAlpha(bytes, graph, item);
  return {
    data: readItemData(bytes, graph.others, item),
    alpha: alpha && readItemData(bytes, graph.others, alpha),
    isPremultiplied: graph.references.some(({ name, from }) => name === PREM && from === item.id),
    operatingPoint: operatingPoint ? bytes.readU8(operatingPoint.start) % 32 : 0,
    layer: selected === ALL_LAYERS ? undefined : selected,
    cicp: readNclx(bytes, item.properties),
    peak: readPeak(bytes, item.properties),
    icc: readIccProfile(bytes, item.properties),
    transforms: graph.transforms.length > 0
      ? graph.transforms
      : item.properties.flatMap(found => readTransform(bytes, found) ?? []),
  };
}

function findAlpha(bytes: Bytes, graph: Graph, item: Item): Item | undefined {
  return listAuxiliaries(graph, item).find(each => each.type === AV01 && !isLayered(each) && isAlpha(bytes, each));
}

function listAuxiliaries({ items, references }: Graph, { id }: Item): Item[] {
  const ids = new Set(references.filter(({ name, to }) => name === AUXL && to.includes(id)).map(({ from }) => from));
  return items.filter(item => ids.has(item.id));
}

/** ISO/IEC 23008-12, section 6.5.8. Depth is auxiliary, too. */
function isAlpha(bytes: Bytes, { properties }: Item): boolean {
  const auxc = properties.find(({ name }) => name === AUXC);
  const kind = auxc && Buffer.from(bytes.raw.subarray(auxc.start + FULL, auxc.end)).toString('latin1');
  return kind !== undefined && ALPHA.includes(kind.split('\0')[0]);
}
