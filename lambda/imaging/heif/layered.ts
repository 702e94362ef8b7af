import type { Extent, Item, Meta, Reference } from './meta';
import { readTransform, type Transform } from './transforms';
import type { Box } from '../headers/boxes';
import { fourcc, type Bytes } from '../headers/bytes';
import type { Cicp } from '../headers/cicp';
import { readIccProfile, readNclx } from '../headers/heif-colour';

/** An AV1 image of several spatial layers, one of them to be shown. */
export interface LayeredImage {
  readonly data: Uint8Array;
  readonly alpha?: Uint8Array;
  readonly isPremultiplied: boolean;
  readonly operatingPoint: number;
  /** Undefined for the highest of the operating point. */
  readonly layer?: number;
  readonly cicp?: Cicp;
  readonly icc?: Uint8Array;
  readonly transforms: readonly Transform[];
}

const [A1OP, LSEL, AV01, AUXL, PREM, IDAT] = ['a1op', 'lsel', 'av01', 'auxl', 'prem', 'idat'].map(fourcc);

/** AVIF 1.1, section 2.3.2.2: all layers. */
const ALL_LAYERS = 0xffff;
const IN_IDAT = 1;

/** libheif ignores the operating point, and so takes the wrong layer or none. */
export function isLayered({ type, properties }: Item): boolean {
  return type === AV01 && properties.some(({ name }) => name === A1OP || name === LSEL);
}

interface Graph {
  readonly items: readonly Item[];
  readonly references: readonly Reference[];
  readonly others: Meta['others'];
}

export function readLayered(bytes: Bytes, graph: Graph, item: Item): LayeredImage {
  const property = (name: number): Box | undefined => item.properties.find(found => found.name === name);
  const [operatingPoint, layer] = [property(A1OP), property(LSEL)];
  const selected = layer ? bytes.u16(layer.start) : ALL_LAYERS;
  const alpha = alphaOf(graph, item);
  return {
    data: dataOf(bytes, graph, item),
    alpha: alpha && dataOf(bytes, graph, alpha),
    isPremultiplied: graph.references.some(({ name, from }) => name === PREM && from === item.id),
    operatingPoint: operatingPoint ? bytes.u8(operatingPoint.start) % 32 : 0,
    layer: selected === ALL_LAYERS ? undefined : selected,
    cicp: readNclx(bytes, item.properties),
    icc: readIccProfile(bytes, item.properties),
    transforms: item.properties.flatMap(found => readTransform(bytes, found) ?? []),
  };
}

function alphaOf({ items, references }: Graph, { id }: Item): Item | undefined {
  const ids = references.filter(({ name, to }) => name === AUXL && to.includes(id)).map(({ from }) => from);
  return items.find(item => ids.includes(item.id) && item.type === AV01 && !isLayered(item));
}

function dataOf(bytes: Bytes, { others }: Graph, { extents }: Item): Uint8Array {
  const idat = others.find(({ name }) => name === IDAT);
  const part = ({ method, offset, length }: Extent): Uint8Array => {
    const start = offset + (method === IN_IDAT ? idat?.start ?? NaN : 0);
    // A length of 0 means the rest of the file, ISO/IEC 14496-12, section 8.11.3.
    const end = length === 0 ? bytes.length : start + length;
    if (!(end <= bytes.length)) throw bytes.corrupt('it ends in the middle of its image');
    return bytes.raw.subarray(start, end);
  };
  const parts = extents.map(part);
  // Extents may overlap, and a small file would make gigabytes of them.
  if (parts.reduce((sum, { length }) => sum + length, 0) > bytes.length) throw bytes.corrupt('its image has more data than the file');
  return Buffer.concat(parts);
}
