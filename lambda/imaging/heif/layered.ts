import { readItemData } from './item-data';
import type { Item, Meta, Reference } from './meta';
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

const [A1OP, LSEL, AV01, AUXL, PREM] = ['a1op', 'lsel', 'av01', 'auxl', 'prem'].map(fourcc);

/** AVIF 1.1, section 2.3.2.2: all layers. */
const ALL_LAYERS = 0xffff;

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
    data: readItemData(bytes, graph.others, item),
    alpha: alpha && readItemData(bytes, graph.others, alpha),
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
