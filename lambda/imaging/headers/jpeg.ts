import type { Bytes } from './bytes';
import type { Reading } from './reading';
import { isFrame, isSegment, MARKERS, findNextMarker } from '../jpeg/markers';
import { measureScans } from '../jpeg/scan-work';

const { max } = Math;

/** libjpeg's script for colour has 10, and mozjpeg's has up to 13. */
const USUAL_SCANS = 13;
/** A file of 25 MiB can hold two million scans, which take half a minute to measure. Limits of scans are lower. */
const MAX_MEASURED_SCANS = 1_000;

/**
 * Walks from marker to marker up to the end of the image. Segments are stepped over, and so the thumbnails in them.
 * Entropy-coded data is searched, since nothing says how long it is. Reserved markers are not stepped over as segments
 * are: a decoder in search of a restart passes them byte by byte and finds scans behind them.
 */
export function readJpeg(bytes: Bytes): Reading {
  const { raw } = bytes;
  let width = 0;
  let height = 0;
  let scans = 0;
  let at = findNextMarker(raw, 2);
  while (raw[at] !== MARKERS.EOI && bytes.holds(at, 3)) {
    const marker = raw[at];
    if (marker === MARKERS.SOS) scans++;
    if (isFrame(marker)) {
      // B.2.2: length, precision, lines, samples per line.
      height = max(height, bytes.readU16(at + 4));
      width = max(width, bytes.readU16(at + 6));
    }
    at = findNextMarker(raw, findSegmentEnd(bytes, at));
  }
  const isMeasured = scans > USUAL_SCANS && scans <= MAX_MEASURED_SCANS;
  return {
    width,
    height,
    scans,
    scanWork: isMeasured ? measureScans(raw) : undefined,
    lacksEnd: raw[at] !== MARKERS.EOI,
  };
}

function findSegmentEnd(bytes: Bytes, at: number): number {
  return at + 1 + (isSegment(bytes.readU8(at)) ? bytes.readU16(at + 1) : 0);
}
