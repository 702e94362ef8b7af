import { readBoxes, type Box } from './boxes';
import { encodeFourcc, type Bytes } from './bytes';
import { readItems, type Items } from './heif-items';
import { readTracks } from './heif-tracks';
import { takeLargestSides, NO_SIZE, type Reading, type Size } from './reading';

const META = encodeFourcc('meta');
const MOOV = encodeFourcc('moov');
const MINI = encodeFourcc('mini');
const AV01 = encodeFourcc('av01');

/** A grid under a rotation under a crop is three. */
const MAX_DERIVATIONS = 4;

/**
 * AVIF, HEIC and HEIF: a primary item among others in `meta`, or all of it in `mini`; a sequence has a track in `moov`
 * besides.
 */
export function readHeif(bytes: Bytes): Reading {
  let size = NO_SIZE;
  let frames = 1;
  let decoded = 0;
  for (const box of readBoxes(bytes, 0, bytes.length)) {
    const reading = readBox(bytes, box);
    size = takeLargestSides(size, reading);
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

/**
 * Decoders read the primary item and its auxiliary items. They never decode other items at the top, such as thumbnails.
 */
function readPrimary(bytes: Bytes, items: Items): Reading {
  const { primary, sizes, auxiliaries } = items;
  const size = primary === undefined ? undefined : sizes.get(primary);
  if (primary === undefined || !size) {
    throw bytes.createCorruptError('it does not say which image is shown, or how large it is');
  }
  const alongside = (auxiliaries.get(primary) ?? []).map(id => computeArea(sizes.get(id)));
  return { ...size, pixels: Math.max(computeArea(size), countSourcePixels(bytes, items, primary, size), ...alongside) };
}

function computeArea({ width, height }: Size = NO_SIZE): number {
  return width * height;
}

/**
 * Pixels that are decoded for a derived item: a grid of 1 × 1 pixel can name one large tile a thousand times. Tiles at
 * the right and lower edge are cut off (ISO/IEC 23008-12, section 6.6.2.3), as in the files of every phone, so they are
 * allowed.
 */
function countSourcePixels(bytes: Bytes, items: Items, primary: number, { width, height }: Size): number {
  let pixels = 0;
  let tile = NO_SIZE;
  for (const [id, times] of listSources(bytes, items, primary)) {
    const size = items.sizes.get(id) ?? NO_SIZE;
    tile = takeLargestSides(tile, size);
    pixels += times * computeArea(size);
  }
  return pixels > (width + tile.width) * (height + tile.height) ? pixels : 0;
}

/** Sources and their sources, and how often each is used; level by level, for a file can derive items in circles. */
function listSources(bytes: Bytes, { sources }: Items, primary: number): Map<number, number> {
  const all = new Map<number, number>();
  let level = new Map([[primary, 1]]);
  for (let depth = 0; level.size > 0; depth++) {
    if (depth > MAX_DERIVATIONS) throw bytes.createCorruptError('its derived images are nested too deeply');
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

/**
 * Every sample of an AV1 track is a frame. Of a track in another coding only the first picture is decoded: it counts as
 * a still, however many samples it has.
 */
function readSequence(bytes: Bytes, moov: Box): Reading {
  let size = NO_SIZE;
  let frames = 1;
  for (const track of readTracks(bytes, moov)) {
    size = takeLargestSides(size, track);
    if (track.codec === AV01) frames = Math.max(frames, track.samples);
  }
  return { ...size, frames };
}

/**
 * The low-overhead format of ISO/IEC 23008-12: 16 bits of other things, a flag, then 15 or 7 bits each of width and
 * height, less one.
 */
function readMinimized(bytes: Bytes, { start }: Box): Size {
  const large = bytes.readU8(start + 2) >= 0x80;
  if (!large) return { width: bytes.readU8(start + 2) + 1, height: Math.floor(bytes.readU8(start + 3) / 2) + 1 };
  return { width: bytes.readU16(start + 2) % 2 ** 15 + 1, height: Math.floor(bytes.readU16(start + 4) / 2) + 1 };
}
