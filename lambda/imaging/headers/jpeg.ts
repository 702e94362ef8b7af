import type { Bytes } from './bytes';
import type { Reading } from './reading';

const { max } = Math;

/** Markers, ITU-T T.81, table B.1. What is below SOF0 is reserved and, like restarts and SOI, no segment. */
const SOF0 = 0xc0;
const SOF15 = 0xcf;
const NO_FRAMES = [0xc4, 0xc8, 0xcc]; // DHT, JPG, DAC
const RST0 = 0xd0;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;

/**
 * Walks from marker to marker up to the end of the image. Segments are stepped over, and so the thumbnails in them. Entropy-coded
 * data is searched, since nothing says how long it is. Reserved markers are not stepped over as segments are: a decoder in search
 * of a restart passes them byte by byte and finds scans behind them.
 */
export function readJpeg(bytes: Bytes): Reading {
  let width = 0;
  let height = 0;
  let scans = 0;
  for (let at = nextMarker(bytes, 2); bytes.holds(at, 3); at = nextMarker(bytes, segmentEnd(bytes, at))) {
    const marker = bytes.u8(at);
    if (marker === EOI) break;
    if (marker === SOS) scans++;
    if (isFrame(marker)) {
      height = max(height, bytes.u16(at + 4));
      width = max(width, bytes.u16(at + 6));
    }
  }
  return { width, height, scans };
}

/**
 * Where the next marker's code is. B.1.1.2: any number of bytes 0xff stand in front of it; 0xff 0x00 in entropy-coded data is none.
 * A native search for 0xff costs a quarter of looking at each byte here, and is left out where one is next.
 */
function nextMarker({ raw }: Bytes, from: number): number {
  for (let at = from; at < raw.length; at++) {
    if (raw[at] !== 0xff) at = raw.indexOf(0xff, at);
    if (at < 0) break;
    while (raw[at] === 0xff) at++;
    if (at < raw.length && raw[at] !== 0) return at;
  }
  return raw.length;
}

function segmentEnd(bytes: Bytes, at: number): number {
  const marker = bytes.u8(at);
  if (marker < SOF0 || (marker >= RST0 && marker <= SOI)) return at + 1;
  return at + 1 + bytes.u16(at + 1);
}

/** B.2.2: length, precision, lines, samples per line. */
function isFrame(marker: number): boolean {
  return marker >= SOF0 && marker <= SOF15 && !NO_FRAMES.includes(marker);
}
