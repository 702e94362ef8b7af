import type { Metadata } from 'sharp';
import { buildHeifConversion, buildPngConversion, isUsable } from './coded';
import type { Conversion } from './conversion';
import { convertToSrgb, DEPTH_8, type Depth } from './convert';
import { decodeSrgb } from './curves';
import { readIcc, type IccReading } from './icc';
import { mixInks } from './inks';
import { convertByTables } from './tables';
import type { Header } from '../../header';
import { Bytes } from '../../headers/bytes';
import type { Cicp } from '../../headers/cicp';
import { readHeifColour, type HeifColour } from '../../headers/heif-colour';
import { readPngColour } from '../../headers/png-colour';
import type { Raw } from '../raw';

/** How the pixels of an image become sRGB. */
export interface Colours {
  /**
   * In which space the decoder has to hand over the pixels: as they are in the file, or already converted by it where
   * `byDecoder` is set.
   */
  readonly space: 'srgb' | 'rgb16' | 'cmyk';
  readonly byDecoder: boolean;
  /** The light of PQ and HLG is cut so finely only by more than 8 bits. */
  readonly isHdr?: boolean;
  /** May change the pixels in place. Absent where they are sRGB. */
  readonly toSrgb?: (pixels: Raw) => Raw | Promise<Raw>;
}

export const SRGB: Colours = { space: 'srgb', byDecoder: false };
/**
 * sRGB, and the profile is heeded by sharp: for frames of animations, and for profiles of grey and CMYK that are
 * tables.
 */
export const BY_DECODER: Colours = { space: 'srgb', byDecoder: true };
const INKS: Colours = { space: 'cmyk', byDecoder: false, toSrgb: mixInks };

/** The facts that the decoder has read. */
export type Decoding = Pick<Metadata, 'icc' | 'space' | 'depth' | 'bitsPerSample'>;

/** Reads a still's description of its colours. A description that makes no sense counts as absent, as in browsers. */
export function readColours(bytes: Uint8Array, { type }: Pick<Header, 'type'>, decoding: Decoding): Colours {
  const depth = readDepth(type, decoding);
  switch (type) {
    case 'image/png': return readPngColours(bytes, decoding, depth);
    case 'image/avif':
    case 'image/heic':
    case 'image/heif': return readHeifColours(bytes, decoding, depth);
    default: return readProfileColours(decoding, depth) ?? (decoding.space === 'cmyk' ? INKS : SRGB);
  }
}

/** Colours of pixels from our own decoder, by their code points. */
export function buildCicpColours(cicp: Cicp, depth: Depth = DEPTH_8, peak?: number): Colours {
  return buildColours(buildHeifConversion(cicp, peak), depth);
}

/** libheif moves the 10 or 12 bits of an AVIF to the upper end of 16; a PNG of 16 bits uses all values. */
function readDepth(type: string, { depth, bitsPerSample = 16 }: Decoding): Depth {
  if (depth !== 'ushort') return DEPTH_8;
  const bits = type === 'image/png' ? 16 : bitsPerSample;
  return { isDeep: true, white: (2 ** bits - 1) * 2 ** (16 - bits) };
}

function buildColours(conversion: Conversion | undefined, depth: Depth): Colours {
  if (!conversion) return SRGB;
  const toSrgb = (pixels: Raw): Raw => convertToSrgb(pixels, depth, conversion);
  return { space: depth.isDeep ? 'rgb16' : 'srgb', byDecoder: false, isHdr: conversion.toneMap !== undefined, toSrgb };
}

function readPngColours(bytes: Uint8Array, decoding: Decoding, depth: Depth): Colours {
  const colour = tryRead(() => readPngColour(new Bytes(bytes, 'PNG')));
  const isCoded = colour?.cicp !== undefined && isUsable(colour.cicp);
  const ofProfile = isCoded ? undefined : readProfileColours(decoding, depth);
  return ofProfile ?? buildColours(colour && buildPngConversion(colour), depth);
}

function readHeifColours(bytes: Uint8Array, decoding: Decoding, depth: Depth): Colours {
  const colour = tryRead(() => readHeifColour(new Bytes(bytes, 'HEIF')));
  const isNarrow = colour?.monochrome === true && colour.cicp?.fullRange === false;
  if (isNarrow) return buildColours(widenGrey(buildGreyConversion(colour, decoding), decoding), depth);
  return readProfileColours(decoding, depth)
    ?? buildColours(colour?.cicp && buildHeifConversion(colour.cicp, colour.peak), depth);
}

function buildGreyConversion({ cicp, peak }: HeifColour, { icc }: Decoding): Conversion {
  const profile = icc && readIcc(icc, 'GRAY');
  const conversion = typeof profile === 'object' ? profile : cicp && buildHeifConversion(cicp, peak);
  return conversion ?? { curves: [decodeSrgb, decodeSrgb, decodeSrgb], matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1] };
}

/**
 * libheif leaves a single channel in the range of video, ITU-R BT.601 and BT.2100: black at 16 of 8 bits, white 219
 * above.
 */
function widenGrey(conversion: Conversion, { bitsPerSample = 8 }: Decoding): Conversion {
  const unit = 2 ** (bitsPerSample - 8) / (2 ** bitsPerSample - 1);
  const [curve] = conversion.curves;
  const decodeNarrow = (value: number): number => curve(Math.min(1, Math.max(0, (value - 16 * unit) / (219 * unit))));
  return { ...conversion, curves: [decodeNarrow, decodeNarrow, decodeNarrow] };
}

/** Undefined without a usable profile. */
function readProfileColours({ icc, space }: Decoding, depth: Depth): Colours | undefined {
  if (!icc) return undefined;
  const channels = space === 'cmyk' ? 'CMYK' : space === 'b-w' || space === 'grey16' ? 'GRAY' : 'RGB';
  const reading: IccReading = readIcc(icc, channels);
  switch (reading) {
    case 'sRGB': return SRGB;
    case 'unusable': return undefined;
    // With tables, 8 bits hold all that can be seen: their curves are much alike to that of sRGB.
    case 'tables': return channels === 'RGB' ? { ...SRGB, toSrgb: pixels => convertByTables(pixels, icc) } : BY_DECODER;
    default: return buildColours(reading, depth);
  }
}

function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
