import { makeBox, makeFullBox, encodeUint16, encodeUint32, type WritableItem, type WritableMeta } from './write';
import { Bits } from '../headers/bits';
import type { Box } from '../headers/boxes';
import { encodeFourcc, type Bytes } from '../headers/bytes';
import type { Cicp } from '../headers/cicp';
import type { Size } from '../headers/reading';

/** The fields of a `mini` box, ISO/IEC 23008-12:2025, the low-overhead image file format. */
interface Minimized extends Size {
  readonly itemType: number;
  readonly configType: number;
  readonly orientation: number;
  readonly cicp: Cicp;
  readonly isPremultiplied: boolean;
  readonly config: Uint8Array;
  readonly alphaConfig: Uint8Array;
  readonly icc?: Uint8Array;
  readonly data: Part;
  readonly alpha?: Part;
}

/** A range of the file. */
interface Part {
  readonly offset: number;
  readonly length: number;
}

interface Flags {
  readonly hasAlpha: boolean;
  readonly hasHdr: boolean;
  readonly hasIcc: boolean;
  readonly hasExif: boolean;
  readonly hasXmp: boolean;
}

const AV01 = encodeFourcc('av01');
const AV1C = encodeFourcc('av1C');
const [COLOUR, ALPHA] = [1, 2];
const ALPHA_URN = 'urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0';
const HALF_WIDTH_AND_HEIGHT = 1;
const HALF_WIDTH = 2;

/** The `meta` box that says the same as a `mini` box with AV1 in it. Its data stays where it is. */
export function readMinimized(bytes: Bytes, mini: Box): WritableMeta {
  const image = parse(bytes, mini);
  const size = makeFullBox('ispe', 0, 0, encodeUint32(image.width, image.height));
  const colour = buildItem(image, COLOUR, image.data, [
    size, makeBox(decodeFourcc(image.configType), image.config), ...buildColourBoxes(image),
    ...buildOrientationBoxes(image.orientation),
  ]);
  const alpha = image.alpha && buildItem(image, ALPHA, image.alpha, [
    size, makeBox(decodeFourcc(image.configType), image.alphaConfig),
    makeFullBox('auxC', 0, 0, Buffer.from(ALPHA_URN, 'latin1')),
    ...buildOrientationBoxes(image.orientation),
  ]);
  const references = alpha ? [{ name: encodeFourcc('auxl'), from: ALPHA, to: [COLOUR] }] : [];
  if (alpha && image.isPremultiplied) references.push({ name: encodeFourcc('prem'), from: COLOUR, to: [ALPHA] });
  const handler = makeFullBox('hdlr', 0, 0, encodeUint32(0, encodeFourcc('pict'), 0, 0, 0), Buffer.from([0]));
  return { primary: COLOUR, items: alpha ? [colour, alpha] : [colour], references, others: [handler] };
}

function decodeFourcc(type: number): string {
  return encodeUint32(type).toString('latin1');
}

function buildItem({ itemType }: Minimized, id: number, data: Part, properties: readonly Buffer[]): WritableItem {
  return {
    id,
    type: itemType,
    entry: makeFullBox('infe', 2, 0, encodeUint16(id, 0), encodeUint32(itemType), Buffer.from([0])),
    extents: [{ method: 0, ...data }],
    properties: properties.map(
      property => ({ bytes: property, isEssential: !/ispe|colr|auxC/.test(property.toString('latin1', 4, 8)) }),
    ),
  };
}

function buildColourBoxes({ cicp, icc }: Minimized): Buffer[] {
  const codes = encodeUint16(cicp.primaries, cicp.transfer, cicp.matrix);
  const coded = makeBox('colr', Buffer.from('nclx', 'latin1'), codes, Buffer.from([cicp.fullRange ? 0x80 : 0]));
  return icc ? [coded, makeBox('colr', Buffer.from('prof', 'latin1'), icc)] : [coded];
}

/**
 * EXIF's orientations 1 to 8 as quarter turns anticlockwise and, after them, a mirror: 0 is upside down, 1 left to
 * right.
 */
const ORIENTATIONS: readonly (readonly [turns: number, mirror?: number])[] = [
  [0], [0, 1], [2], [0, 0], [1, 0], [3], [3, 0], [1],
];

function buildOrientationBoxes(orientation: number): Buffer[] {
  const [turns, mirror] = ORIENTATIONS[orientation - 1];
  const boxes = turns === 0 ? [] : [makeBox('irot', Buffer.from([turns]))];
  return mirror === undefined ? boxes : [...boxes, makeBox('imir', Buffer.from([mirror]))];
}

function parse(bytes: Bytes, { start, end }: Box): Minimized {
  const bits = new Bits(bytes, start);
  bits.skip(2);
  const [hasTypes, isFloat, fullRange, hasAlpha, hasCicp, hasHdr, hasIcc, hasExif, hasXmp] = Array.from(
    { length: 9 }, () => bits.readFlag(),
  );
  const chroma = bits.read(2);
  const orientation = bits.read(3) + 1;
  const sideBits = bits.readFlag() ? 15 : 7;
  const [width, height] = [bits.read(sideBits) + 1, bits.read(sideBits) + 1];
  skipChromaPosition(bits, chroma);
  skipDepth(bits, isFloat);
  const isPremultiplied = hasAlpha && bits.readFlag();
  const cicp = { ...readCicp(bits, { hasCicp, hasIcc, chroma }), fullRange };
  const [itemType, configType] = hasTypes ? [bits.read(32), bits.read(32)] : [AV01, AV1C];
  if (hasHdr) skipHdr(bytes, bits);
  const parts = readParts(bits, { hasAlpha, hasHdr, hasIcc, hasExif, hasXmp }, end);
  const readPart = ({ offset, length }: Part): Uint8Array => bytes.raw.subarray(offset, offset + length);
  if (!bytes.holds(parts.data.offset, parts.data.length)) {
    throw bytes.createCorruptError('it ends in the middle of its image');
  }
  const [config, alphaConfig] = [parts.config, parts.alphaConfig].map(readPart);
  const { data, alpha, icc } = parts;
  return {
    width,
    height,
    itemType,
    configType,
    orientation,
    cicp,
    isPremultiplied,
    config,
    alphaConfig,
    icc: icc && readPart(icc),
    data,
    alpha,
  };
}

function skipChromaPosition(bits: Bits, chroma: number): void {
  if (chroma === HALF_WIDTH_AND_HEIGHT || chroma === HALF_WIDTH) bits.skip(1);
  if (chroma === HALF_WIDTH_AND_HEIGHT) bits.skip(1);
}

/** The AV1 data has the depth as well. */
function skipDepth(bits: Bits, isFloat: boolean): void {
  if (isFloat) bits.skip(2);
  else if (bits.readFlag()) bits.skip(3);
}

interface CicpFlags {
  readonly hasCicp: boolean;
  readonly hasIcc: boolean;
  readonly chroma: number;
}

/**
 * Without explicit values: sRGB, or unspecified where an ICC profile says it; BT.601's matrix where there are colours.
 */
function readCicp(bits: Bits, { hasCicp, hasIcc, chroma }: CicpFlags): Omit<Cicp, 'fullRange'> {
  const isGrey = chroma === 0;
  if (!hasCicp) return { primaries: hasIcc ? 2 : 1, transfer: hasIcc ? 2 : 13, matrix: isGrey ? 2 : 6 };
  return { primaries: bits.read(8), transfer: bits.read(8), matrix: isGrey ? 2 : bits.read(8) };
}

/** Skips the blocks of HDR facts, in their order: they do not change the base image. `cclv` has its own flags. */
function skipHdr(bytes: Bytes, bits: Bits): void {
  // A gain map would be more items; browsers show the base image on a screen without HDR.
  if (bits.readFlag()) throw bytes.createCorruptError('its gain map has an unsupported form');
  const [clli, mdcv, cclv, amve, reve, ndwt] = Array.from({ length: 6 }, () => bits.readFlag());
  bits.skip((clli ? 32 : 0) + (mdcv ? 192 : 0));
  if (cclv) {
    bits.skip(2);
    const [primaries, least, most, mean] = Array.from({ length: 4 }, () => bits.readFlag());
    bits.skip(2 + (primaries ? 192 : 0) + 32 * [least, most, mean].filter(Boolean).length);
  }
  bits.skip((amve ? 64 : 0) + (reve ? 128 : 0) + (ndwt ? 32 : 0));
}

interface Parts {
  readonly config: Part;
  readonly alphaConfig: Part;
  readonly icc?: Part;
  readonly data: Part;
  readonly alpha?: Part;
}

/** Sizes first, then the parts: configurations, profile, alpha, image. */
function readParts(bits: Bits, { hasAlpha, hasIcc, hasExif, hasXmp }: Flags, end: number): Parts {
  const metadataBits = (hasIcc || hasExif || hasXmp) && bits.readFlag() ? 20 : 10;
  const configBits = bits.readFlag() ? 12 : 3;
  const dataBits = bits.readFlag() ? 28 : 15;
  const iccLength = hasIcc ? bits.read(metadataBits) + 1 : 0;
  const configLength = bits.read(configBits);
  const dataLength = bits.read(dataBits) + 1;
  const alphaLength = hasAlpha ? bits.read(dataBits) : 0;
  const alphaConfigLength = alphaLength > 0 ? bits.read(configBits) : 0;
  if (hasExif || hasXmp) bits.skip(1);
  bits.skip((hasExif ? metadataBits : 0) + (hasXmp ? metadataBits : 0));
  let offset = bits.findNextByte();
  const takePart = (length: number): Part => {
    const start = offset;
    offset += length;
    return { offset: start, length: Math.min(length, Math.max(0, end - start)) };
  };
  const config = takePart(configLength);
  const alphaConfig = takePart(alphaConfigLength);
  const icc = hasIcc ? takePart(iccLength) : undefined;
  const alpha = alphaLength > 0 ? takePart(alphaLength) : undefined;
  return { config, alphaConfig: alphaConfigLength > 0 ? alphaConfig : config, icc, alpha, data: takePart(dataLength) };
}
