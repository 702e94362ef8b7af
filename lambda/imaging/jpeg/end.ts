import { isScanWhole } from './entropy';
import { MARKERS } from './markers';
import { readStructure, type Scan, type Structure } from './structure';

/** How strict a decoder has to be with these bytes. */
export interface Decodable {
  readonly bytes: Uint8Array;
  readonly failOn: 'error' | 'warning';
}

const END = Buffer.from([0xff, MARKERS.EOI]);

/**
 * Adds the end marker that a JPEG lacks, if all its pixels are there. The decoder alone cannot tell: without a marker
 * it reads beyond the last pixel and fails, with one it takes a cut scan for whole. It warns of one, but libvips
 * notices no warning about the last eight rows. Without the marker, bytes that lack pixels are left to fail in the
 * decoder.
 */
export function addMissingEnd(bytes: Uint8Array): Decodable {
  const structure = readStructure(bytes);
  if (!structure || !hasAllScans(structure)) return { bytes, failOn: 'error' };
  const { frame, scans } = structure;
  const ended = Buffer.concat([bytes.subarray(0, scans[scans.length - 1].end), END]);
  // libjpeg reads several scans to their end before it gives out a pixel, so libvips has seen all warnings by then.
  if (frame.marker === MARKERS.SOF2 || scans[0].components.length < frame.components.length) {
    return { bytes: ended, failOn: 'warning' };
  }
  return isScanWhole(bytes, frame, scans[0]) ? { bytes: ended, failOn: 'error' } : { bytes, failOn: 'error' };
}

/**
 * Whether the scans together have all bits of all coefficients. Arithmetic coding is left out: decoders take its
 * missing data for zeros and say nothing (ITU-T T.81, D.2.6).
 */
function hasAllScans({ frame, scans }: Structure): boolean {
  if (frame.marker > MARKERS.SOF2) return false;
  return frame.components.every(({ id }) => {
    const own = scans.filter(({ components }) => components.some(component => component.id === id));
    return Array.from({ length: 64 }, (_, coefficient) => findLowestBit(own, coefficient)).every(bit => bit === 0);
  });
}

/** The lowest bit of a coefficient that any scan holds. */
function findLowestBit(scans: readonly Scan[], coefficient: number): number {
  return Math.min(
    ...scans.filter(({ first, last }) => first <= coefficient && coefficient <= last).map(({ low }) => low),
  );
}
