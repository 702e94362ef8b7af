import { boxes, descend, type Box } from './boxes';
import { fourcc, type Bytes } from './bytes';
import { readItems, type Items } from './heif-items';
import { largest, NO_SIZE, type Reading, type Size } from './reading';

const META = fourcc('meta');
const MOOV = fourcc('moov');
const MINI = fourcc('mini');
const TRAK = fourcc('trak');

/** Handlers of tracks with pictures in them, ISO/IEC 23008-12, section 7.2.2, and ISO/IEC 14496-12, section 12.1. */
const PICTURES = ['pict', 'vide', 'auxv'].map(fourcc);

/** A grid under a rotation under a crop is three. */
const MAX_DERIVATIONS = 4;

/** AVIF, HEIC and HEIF: a primary item among others in `meta`, or all of it in `mini`; a sequence has a track in `moov` besides. */
export function readHeif(bytes: Bytes): Reading {
  let size = NO_SIZE;
  let frames = 1;
  let decoded = 0;
  for (const box of boxes(bytes, 0, bytes.length)) {
    const reading = readBox(bytes, box);
    size = largest(size, reading);
    frames = Math.max(frames, reading.frames ?? 1);
    decoded = Math.max(decoded, reading.pixels ?? 0);
  }
  return { ...size, frames, pixels: Math.max(decoded, size.width * size.height * frames) };
}

function readBox(bytes: Bytes, box: Box): Reading {
  if (box.name === META) return readPrimary(bytes, readItems(bytes, box));
  if (box.name === MINI) return readMinimized(bytes, box);
  return box.name === MOOV ? readSequence(bytes, box) : NO_SIZE;
}

/** Other items at the top, thumbnails among them, are never decoded. What belongs to the primary one is, with it. */
function readPrimary(bytes: Bytes, items: Items): Reading {
  const { primary, sizes, auxiliaries } = items;
  const size = primary === undefined ? undefined : sizes.get(primary);
  if (primary === undefined || !size) throw bytes.corrupt('it does not say which image is shown, or how large it is');
  const alongside = (auxiliaries.get(primary) ?? []).map(id => area(sizes.get(id)));
  return { ...size, pixels: Math.max(area(size), sourcePixels(bytes, items, primary, size), ...alongside) };
}

function area({ width, height }: Size = NO_SIZE): number {
  return width * height;
}

/**
 * What is decoded for a derived item: nothing stops a grid of 1 × 1 pixel from naming one large tile a thousand times. Tiles at
 * the right and lower edge are cut off (ISO/IEC 23008-12, section 6.6.2.3), which every phone's do, and is not held against them.
 */
function sourcePixels(bytes: Bytes, items: Items, primary: number, { width, height }: Size): number {
  let pixels = 0;
  let tile = NO_SIZE;
  for (const [id, times] of sourcesOf(bytes, items, primary)) {
    const size = items.sizes.get(id) ?? NO_SIZE;
    tile = largest(tile, size);
    pixels += times * area(size);
  }
  return pixels > (width + tile.width) * (height + tile.height) ? pixels : 0;
}

/** Sources and their sources, and how often each is used; level by level, for a file can derive items in circles. */
function sourcesOf(bytes: Bytes, { sources }: Items, primary: number): Map<number, number> {
  const all = new Map<number, number>();
  let level = new Map([[primary, 1]]);
  for (let depth = 0; level.size > 0; depth++) {
    if (depth > MAX_DERIVATIONS) throw bytes.corrupt('its image is derived from others too many times over');
    const next = new Map<number, number>();
    for (const [id, times] of level) {
      for (const source of sources.get(id) ?? []) {
        add(next, source, times);
        add(all, source, times);
      }
    }
    level = next;
  }
  return all;
}

function add(counts: Map<number, number>, id: number, times: number): void {
  counts.set(id, (counts.get(id) ?? 0) + times);
}

/** Colour, alpha and depth are three. */
const MAX_TRACKS = 16;

/** Every sample of a track is a frame. */
function readSequence(bytes: Bytes, moov: Box): Reading {
  let size = NO_SIZE;
  let frames = 1;
  let tracks = 0;
  for (const box of boxes(bytes, moov.start, moov.end)) {
    if (box.name !== TRAK) continue;
    if (++tracks > MAX_TRACKS) throw bytes.corrupt(`it has more than ${MAX_TRACKS} tracks`);
    const media = descend(bytes, box, 'mdia');
    if (!media || !hasPictures(bytes, media)) continue;
    size = largest(size, sampleSize(bytes, media));
    frames = Math.max(frames, sampleCount(bytes, media));
  }
  return { ...size, frames };
}

/** ISO/IEC 14496-12, section 8.4.3: version and flags, four bytes of nothing, the handler. */
function hasPictures(bytes: Bytes, media: Box): boolean {
  const handler = descend(bytes, media, 'hdlr');
  return handler !== undefined && PICTURES.includes(bytes.u32(handler.start + 8));
}

/** Section 8.5.2: version and flags, a count, entries; section 12.1.3: width and height behind 24 bytes of an entry. */
function sampleSize(bytes: Bytes, media: Box): Size {
  const descriptions = descend(bytes, media, 'minf', 'stbl', 'stsd');
  let size = NO_SIZE;
  if (!descriptions) return size;
  for (const { start } of boxes(bytes, descriptions.start + 8, descriptions.end)) {
    size = largest(size, { width: bytes.u16(start + 24), height: bytes.u16(start + 26) });
  }
  return size;
}

/** Section 8.7.3: in both kinds the count follows version, flags and four bytes on the samples' size. */
function sampleCount(bytes: Bytes, media: Box): number {
  const samples = descend(bytes, media, 'minf', 'stbl', 'stsz') ?? descend(bytes, media, 'minf', 'stbl', 'stz2');
  return samples ? bytes.u32(samples.start + 8) : 0;
}

/** The low-overhead format of ISO/IEC 23008-12: 16 bits of other things, a flag, then 15 or 7 bits each of width and height, less one. */
function readMinimized(bytes: Bytes, { start }: Box): Size {
  const large = bytes.u8(start + 2) >= 0x80;
  if (!large) return { width: bytes.u8(start + 2) + 1, height: Math.floor(bytes.u8(start + 3) / 2) + 1 };
  return { width: bytes.u16(start + 2) % 2 ** 15 + 1, height: Math.floor(bytes.u16(start + 4) / 2) + 1 };
}
