/** Codes of markers, ITU-T T.81, table B.1. Those below SOF0 are reserved. They, restarts and SOI begin no segment. */
export const MARKERS = {
  SOF0: 0xc0,
  SOF2: 0xc2,
  DHT: 0xc4,
  SOF15: 0xcf,
  RST0: 0xd0,
  RST7: 0xd7,
  SOI: 0xd8,
  EOI: 0xd9,
  SOS: 0xda,
  DRI: 0xdd,
} as const;

/** DHT, JPG and DAC lie among the codes of frames. */
const NO_FRAMES = [0xc4, 0xc8, 0xcc];

export function isFrame(marker: number): boolean {
  return marker >= MARKERS.SOF0 && marker <= MARKERS.SOF15 && !NO_FRAMES.includes(marker);
}

export function isSegment(marker: number): boolean {
  return marker >= MARKERS.SOF0 && (marker < MARKERS.RST0 || marker > MARKERS.SOI);
}

/**
 * Finds the code of the next marker; the length of the file after the last one. Fill bytes 0xff may precede a code
 * (B.1.1.2), and 0xff 0x00 is entropy-coded data.
 * A native search for 0xff takes a quarter of the time of a loop here. The loop skips it if the next byte is 0xff.
 */
export function findNextMarker(raw: Uint8Array, from: number): number {
  for (let at = from; at < raw.length; at++) {
    if (raw[at] !== 0xff) at = raw.indexOf(0xff, at);
    if (at < 0) break;
    while (raw[at] === 0xff) at++;
    if (at < raw.length && raw[at] !== 0) return at;
  }
  return raw.length;
}
