import sharp, { type OutputInfo, type Sharp } from 'sharp';
import { readMetadata } from './loader';
import { rewriteParameters } from './parameters';
import { readHeader } from '../../headers';
import type { Decoded } from '../decoded';
import type { Size } from '../job';
import type { PlannedVariant } from '../plan';

type Channels = 1 | 3;

/** The gain map of an original, upright, and no larger than the largest HDR variant needs it. */
export interface GainMap extends Size {
  readonly data: Buffer;
  readonly channels: Channels;
  /** The map's sides relative to those of the image. */
  readonly scale: Size;
  /** Segments of a JPEG. */
  readonly parameters: Buffer;
}

/**
 * A decoder shrinks a baseline map while it reads. For a progressive one it keeps up to 6 bytes for each pixel, and
 * each scan takes CPU time: encoders write up to 13.
 */
const MAX_PROGRESSIVE_PIXELS = 52_000_000;
const MAX_SCANS = 13;

/** By EXIF orientation: degrees clockwise, after mirroring left and right. */
const TURNS = [0, 0, 180, 180, 270, 90, 90, 270];
const MIRRORED = [2, 4, 5, 7];

/**
 * Decodes the map once for all variants. Undefined if no variant keeps it, or if it is missing, damaged or over a
 * bound: the image itself can be whole.
 */
export async function readGainMap(
  { openWithGainMap }: Decoded, planned: readonly PlannedVariant[],
): Promise<GainMap | undefined> {
  const wholes = planned.filter(({ hdr }) => hdr).map(({ whole }) => whole);
  if (!openWithGainMap || wholes.length === 0) return undefined;
  try {
    return await decodeGainMap(openWithGainMap(), wholes);
  } catch {
    return undefined;
  }
}

async function decodeGainMap(original: Sharp, wholes: readonly Size[]): Promise<GainMap | undefined> {
  const { gainMap, width, height, orientation = 1 } = await readMetadata(original);
  if (!gainMap || !isDecodable(gainMap.image, width * height)) return undefined;
  const stored = await sharp(gainMap.image).metadata();
  const channels = stored.channels === 1 ? 1 : 3;
  const scale = swapSides({ width: stored.width / width, height: stored.height / height }, orientation);
  const largest = {
    width: Math.max(...wholes.map(whole => whole.width)),
    height: Math.max(...wholes.map(whole => whole.height)),
  };
  const shrunk = await shrink(gainMap.image, swapSides(scaleSize(largest, scale), orientation), channels);
  const upright = await toRaw(shrunk.flop(MIRRORED.includes(orientation)).rotate(TURNS[orientation - 1]), channels);
  const parameters = await rewriteParameters(gainMap.image, channels);
  return { data: upright.data, width: upright.info.width, height: upright.info.height, channels, scale, parameters };
}

/** The limits do not count its memory and time. */
function isDecodable(map: Buffer, mostPixels: number): boolean {
  const { pixels, scans } = readHeader(map, 'image/jpeg');
  return pixels <= mostPixels && scans <= MAX_SCANS && (scans === 1 || pixels <= MAX_PROGRESSIVE_PIXELS);
}

async function shrink(map: Buffer, { width, height }: Size, channels: Channels): Promise<Sharp> {
  // The values of a map are no colours: a profile must not change them.
  const image = sharp(map, { failOn: 'error', ignoreIcc: true }).resize(width, height, {
    fit: 'fill',
    fastShrinkOnLoad: false,
  });
  const { data, info } = await toRaw(image, channels);
  return sharp(data, { raw: info });
}

async function toRaw(
  map: Sharp, channels: Channels,
): Promise<{ readonly data: Buffer; readonly info: OutputInfo & { channels: Channels } }> {
  const { data, info } = await map.toColourspace(getColourspace(channels)).raw().toBuffer({ resolveWithObject: true });
  return { data, info: { ...info, channels } };
}

export function getColourspace(channels: Channels): 'b-w' | 'srgb' {
  return channels === 1 ? 'b-w' : 'srgb';
}

export function scaleSize({ width, height }: Size, scale: Size): Size {
  return {
    width: Math.max(1, Math.round(width * scale.width)),
    height: Math.max(1, Math.round(height * scale.height)),
  };
}

function swapSides({ width, height }: Size, orientation: number): Size {
  return orientation > 4 ? { width: height, height: width } : { width, height };
}
