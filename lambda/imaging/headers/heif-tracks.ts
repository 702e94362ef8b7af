import { readBoxes, descend, type Box } from './boxes';
import { encodeFourcc, type Bytes } from './bytes';
import { takeLargestSides, NO_SIZE, type Size } from './reading';

const TRAK = encodeFourcc('trak');
const AUXV = encodeFourcc('auxv');
const TREF = encodeFourcc('tref');
const AUXL = encodeFourcc('auxl');
const PREM = encodeFourcc('prem');

/** Handlers of tracks with pictures in them, ISO/IEC 23008-12, section 7.2.2, and ISO/IEC 14496-12, section 12.1. */
const PICTURES = ['pict', 'vide', 'auxv'].map(encodeFourcc);

/** Colour, alpha and depth are three. */
const MAX_TRACKS = 16;

/** Fields of a visual sample entry, ISO/IEC 14496-12, section 12.1.3: 78 bytes, then boxes. */
const ENTRY_WIDTH = 24;
const ENTRY_BOXES = 78;

/** A track with pictures in it. */
export interface Track extends Size {
  readonly id: number;
  /** Of the first sample entry, such as `av01`; 0 without one. */
  readonly codec: number;
  /** Alpha, depth and the like belong to another track. */
  readonly isAuxiliary: boolean;
  /** The tracks that this one is the alpha or depth of. */
  readonly auxiliaryOf: readonly number[];
  /** The alpha tracks that this one's colours are multiplied by. */
  readonly premultipliedBy: readonly number[];
  readonly samples: number;
  /** The boxes of the first sample entry. */
  readonly entry: Box | undefined;
  readonly box: Box;
}

export function readTracks(bytes: Bytes, moov: Box): Track[] {
  const tracks: Track[] = [];
  let count = 0;
  for (const box of readBoxes(bytes, moov.start, moov.end)) {
    if (box.name !== TRAK) continue;
    if (++count > MAX_TRACKS) throw bytes.createCorruptError(`it has more than ${MAX_TRACKS} tracks`);
    const media = descend(bytes, box, 'mdia');
    const handler = media && readHandler(bytes, media);
    if (media && handler && PICTURES.includes(handler)) tracks.push(readTrack(bytes, box, media, handler));
  }
  return tracks;
}

function readTrack(bytes: Bytes, box: Box, media: Box, handler: number): Track {
  const [auxiliaryOf, premultipliedBy] = [AUXL, PREM].map(name => readReferences(bytes, box, name));
  return {
    id: readTrackId(bytes, box),
    isAuxiliary: handler === AUXV || auxiliaryOf.length > 0,
    auxiliaryOf,
    premultipliedBy,
    samples: countSamples(bytes, media),
    box,
    ...readEntries(bytes, media),
  };
}

/** ISO/IEC 14496-12, section 8.4.3: version and flags, four bytes of nothing, the handler. */
function readHandler(bytes: Bytes, media: Box): number | undefined {
  const handler = descend(bytes, media, 'hdlr');
  return handler && bytes.readU32(handler.start + 8);
}

/** Section 8.3.2: version and flags, two times, which have 64 bits in version 1, then the id. */
function readTrackId(bytes: Bytes, track: Box): number {
  const header = descend(bytes, track, 'tkhd');
  return header ? bytes.readU32(header.start + (bytes.readU8(header.start) === 1 ? 20 : 12)) : 0;
}

/** Section 8.3.3: in `tref` a box for each kind of reference, with ids of tracks. */
function readReferences(bytes: Bytes, track: Box, name: number): number[] {
  const ids: number[] = [];
  for (const tref of readBoxes(bytes, track.start, track.end)) {
    if (tref.name !== TREF) continue;
    for (const reference of readBoxes(bytes, tref.start, tref.end)) {
      if (reference.name !== name) continue;
      bytes.count((reference.end - reference.start) / 4);
      for (let at = reference.start; at + 4 <= reference.end; at += 4) ids.push(bytes.readU32(at));
    }
  }
  return ids;
}

/** Section 8.5.2: version and flags, a count, entries. The size is that of the largest, the rest that of the first. */
function readEntries(bytes: Bytes, media: Box): Pick<Track, 'codec' | 'entry' | 'width' | 'height'> {
  const descriptions = descend(bytes, media, 'minf', 'stbl', 'stsd');
  let size = NO_SIZE;
  let first: Box | undefined;
  if (descriptions) {
    for (const entry of readBoxes(bytes, descriptions.start + 8, descriptions.end)) {
      first ??= entry;
      const at = entry.start + ENTRY_WIDTH;
      size = takeLargestSides(size, { width: bytes.readU16(at), height: bytes.readU16(at + 2) });
    }
  }
  return {
    ...size,
    codec: first?.name ?? 0,
    entry: first && { ...first, start: Math.min(first.start + ENTRY_BOXES, first.end) },
  };
}

/** Section 8.7.3: in both kinds the count follows version, flags and four bytes on the samples' size. */
function countSamples(bytes: Bytes, media: Box): number {
  const samples = descend(bytes, media, 'minf', 'stbl', 'stsz') ?? descend(bytes, media, 'minf', 'stbl', 'stz2');
  return samples ? bytes.readU32(samples.start + 8) : 0;
}
