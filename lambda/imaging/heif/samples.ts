import { readBoxes, descend, type Box } from '../headers/boxes';
import { encodeFourcc, type Bytes } from '../headers/bytes';
import type { Track } from '../headers/heif-tracks';

const CO64 = encodeFourcc('co64');
const STZ2 = encodeFourcc('stz2');

/** Fields of a full box follow its version and flags. */
const FULL = 4;

interface SampleTable {
  readonly bytes: Bytes;
  readonly stbl: Box;
}

/**
 * The coded samples of a track, ISO/IEC 14496-12, sections 8.7.3 to 8.7.5: sizes, samples in each chunk, and where the
 * chunks are.
 */
export function readSamples(bytes: Bytes, track: Track): Uint8Array[] {
  const stbl = descend(bytes, track.box, 'mdia', 'minf', 'stbl');
  if (!stbl) throw bytes.createCorruptError('its sequence has no samples');
  const table = { bytes, stbl };
  const sizes = readSizes(table);
  const samples: Uint8Array[] = [];
  for (const { offset, count } of readChunks(table)) {
    let at = offset;
    for (let i = 0; i < count && samples.length < sizes.length; i++) {
      const size = sizes[samples.length];
      if (!bytes.holds(at, size)) throw bytes.createCorruptError('it ends in the middle of its sequence');
      samples.push(bytes.raw.subarray(at, at + size));
      at += size;
    }
  }
  if (samples.length !== sizes.length) throw bytes.createCorruptError('its sequence has fewer samples than it says');
  return samples;
}

/** `stsz`: one size for all, or a list. `stz2`: a list of 4, 8 or 16 bits each. */
function readSizes({ bytes, stbl }: SampleTable): number[] {
  const box = descend(bytes, stbl, 'stsz') ?? requireBox(bytes, descend(bytes, stbl, 'stz2'));
  const at = box.start + FULL;
  const [first, count] = [bytes.readU32(at), bytes.readU32(at + 4)];
  bytes.count(count);
  const list = at + 8;
  if (box.name !== STZ2) return Array.from({ length: count }, (_, i) => first || bytes.readU32(list + 4 * i));
  const bits = first % 2 ** 8;
  return Array.from({ length: count }, (_, i) => {
    if (bits === 16) return bytes.readU16(list + 2 * i);
    if (bits === 8) return bytes.readU8(list + i);
    const pair = bytes.readU8(list + Math.floor(i / 2));
    return i % 2 === 0 ? Math.floor(pair / 16) : pair % 16;
  });
}

interface Chunk {
  readonly offset: number;
  readonly count: number;
}

/** `stsc` has runs: from which chunk on, counted from 1, how many samples each has. */
function* readChunks({ bytes, stbl }: SampleTable): Generator<Chunk> {
  const offsets = readOffsets({ bytes, stbl });
  const runs = requireBox(bytes, descend(bytes, stbl, 'stsc')).start + FULL;
  const count = bytes.readU32(runs);
  bytes.count(count);
  for (let run = 0; run < count; run++) {
    const at = runs + 4 + 12 * run;
    const last = run + 1 < count ? bytes.readU32(at + 12) - 1 : offsets.length;
    for (let chunk = Math.max(1, bytes.readU32(at)); chunk <= Math.min(last, offsets.length); chunk++) {
      bytes.count(1);
      yield { offset: offsets[chunk - 1], count: bytes.readU32(at + 4) };
    }
  }
}

function readOffsets({ bytes, stbl }: SampleTable): number[] {
  const box = descend(bytes, stbl, 'stco') ?? requireBox(bytes, descend(bytes, stbl, 'co64'));
  const at = box.start + FULL;
  const count = bytes.readU32(at);
  bytes.count(count);
  const isWide = box.name === CO64;
  return Array.from(
    { length: count }, (_, i) => isWide ? bytes.readUint(at + 4 + 8 * i, 8) : bytes.readU32(at + 4 + 4 * i),
  );
}

function requireBox(bytes: Bytes, box: Box | undefined): Box {
  if (!box) throw bytes.createCorruptError('its sequence lacks a table of samples');
  return box;
}

export interface Timing {
  /** Of each sample, in milliseconds. */
  readonly delays: number[];
  /** How often the sequence plays; 0 means without end. */
  readonly plays: number;
}

export function readTiming(bytes: Bytes, track: Track, samples: number): Timing {
  const header = requireBox(bytes, descend(bytes, track.box, 'mdia', 'mdhd'));
  // Section 8.4.2: version and flags, two times, which have 64 bits in version 1, then units in a second.
  const timescale = bytes.readU32(header.start + (bytes.readU8(header.start) === 1 ? 20 : 12)) || 1;
  const ticks = readDurations(bytes, track, samples);
  let elapsed = 0;
  const ends = ticks.map(duration => Math.round(1000 * (elapsed += duration) / timescale));
  // From end to end, so that rounding does not add up.
  return { delays: ends.map((end, i) => end - (ends[i - 1] ?? 0)), plays: readPlays(bytes, track) };
}

/** Section 8.6.1.2: runs of samples of one duration. */
function readDurations(bytes: Bytes, track: Track, samples: number): number[] {
  const box = requireBox(bytes, descend(bytes, track.box, 'mdia', 'minf', 'stbl', 'stts'));
  const durations: number[] = [];
  const runs = bytes.readU32(box.start + FULL);
  bytes.count(runs);
  for (let run = 0; run < runs && durations.length < samples; run++) {
    const at = box.start + FULL + 4 + 8 * run;
    const duration = bytes.readU32(at + 4);
    for (let left = Math.min(bytes.readU32(at), samples - durations.length); left > 0; left--) durations.push(duration);
  }
  while (durations.length < samples) durations.push(durations.at(-1) ?? 0);
  return durations;
}

/**
 * ISO/IEC 23008-12, section 7.2.2: an edit list that repeats plays as often as it goes into the track's duration.
 * Without one browsers repeat without end.
 */
function readPlays(bytes: Bytes, track: Track): number {
  const list = descend(bytes, track.box, 'edts', 'elst');
  const header = descend(bytes, track.box, 'tkhd');
  if (!list || !header) return 0;
  const isRepeated = bytes.readU8(list.start + 3) % 2 === 1;
  if (!isRepeated) return 1;
  const whole = readDuration(bytes, header.start, [28, 20]);
  const once = readDuration(bytes, list.start, [8, 8]);
  return whole === undefined || !once ? 0 : Math.min(MOST_PLAYS, Math.max(1, Math.ceil(whole / once)));
}

/** A WebP counts its plays in 16 bits, RFC 9649, section 2.7.1.1. */
const MOST_PLAYS = 2 ** 16 - 1;

/** Of 64 bits in version 1 of a box, of 32 in version 0. All bits set mean that it is not known. */
function readDuration(
  bytes: Bytes, start: number, [wide, narrow]: readonly [wide: number, narrow: number],
): number | undefined {
  const isWide = bytes.readU8(start) === 1;
  const [high, low] = isWide
    ? [bytes.readU32(start + wide), bytes.readU32(start + wide + 4)]
    : [0, bytes.readU32(start + narrow)];
  const isUnknown = low === 2 ** 32 - 1 && (!isWide || high === 2 ** 32 - 1);
  return isUnknown ? undefined : high * 2 ** 32 + low;
}

/** The boxes that describe a track's pictures, with their headers. */
export function listEntryBoxes(bytes: Bytes, { entry }: Track): Box[] {
  return entry ? [...readBoxes(bytes, entry.start, entry.end)] : [];
}
