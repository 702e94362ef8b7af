import { isFrame, isSegment, MARKERS, findNextMarker } from './markers';
import { STANDARD_TABLES, type TableDefinition } from './standard-tables';

/** Components of a scan, B.2.3. */
const MAX_COMPONENTS = 4;

export interface Component {
  readonly id: number;
  readonly horizontal: number;
  readonly vertical: number;
}

/** B.2.2. */
export interface Frame {
  readonly marker: number;
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
}

export interface ScanComponent extends Component {
  readonly dc: TableDefinition | undefined;
  readonly ac: TableDefinition | undefined;
}

/** B.2.3, with the tables that are in force where it begins. */
export interface Scan {
  readonly components: readonly ScanComponent[];
  /** The first and last coefficient in it, and the bits that it leaves out of them (G.1.1.1). */
  readonly first: number;
  readonly last: number;
  readonly low: number;
  /** Whether it adds one bit to coefficients of earlier scans. */
  readonly isRefining: boolean;
  /** MCUs between two restart markers; 0 if there are no restarts. */
  readonly restartInterval: number;
  /** Its entropy-coded data: from its first byte to the marker or the end of the file behind it. */
  readonly start: number;
  readonly end: number;
}

export interface Structure {
  readonly frame: Frame;
  readonly scans: readonly Scan[];
}

/** Reads the frame and the scans. Undefined if a segment of them is cut off, contradicts itself or is missing. */
export function readStructure(raw: Uint8Array): Structure | undefined {
  const tables = new Map(STANDARD_TABLES);
  const scans: Scan[] = [];
  let frame: Frame | undefined;
  let restartInterval = 0;
  for (let at = findNextMarker(raw, 2); at + 2 < raw.length;) {
    const marker = raw[at];
    const length = isSegment(marker) ? raw[at + 1] * 256 + raw[at + 2] : 0;
    let next = at + 1 + length;
    if (next > raw.length) break;
    if (isFrame(marker)) {
      frame ??= readFrame(marker, sliceContent(raw, at, next));
      // Decoders stop here, too. A hostile file has millions of bad frames.
      if (!frame) return undefined;
    }
    if (marker === MARKERS.DHT) readTables(sliceContent(raw, at, next), tables);
    if (marker === MARKERS.DRI) restartInterval = raw[at + 3] * 256 + raw[at + 4];
    if (marker === MARKERS.SOS) {
      const parameters = frame && readScan(sliceContent(raw, at, next), frame, tables);
      if (!parameters) return undefined;
      const end = findScanEnd(raw, next);
      scans.push({ ...parameters, restartInterval, start: next, end });
      next = end;
    }
    at = findNextMarker(raw, next);
  }
  return frame && scans.length > 0 ? { frame, scans } : undefined;
}

/**
 * Content behind code and length. Creates views for used segments only: a hostile file has millions of others, and
 * their views take seconds.
 */
function sliceContent(raw: Uint8Array, at: number, end: number): Uint8Array {
  return raw.subarray(at + 3, end);
}

function readFrame(marker: number, segment: Uint8Array): Frame | undefined {
  const [, ...size] = segment.subarray(0, 5);
  const components = Array.from({ length: segment[5] }, (_, i) => {
    const [id, factors] = segment.subarray(6 + 3 * i);
    return { id, horizontal: readHighNibble(factors), vertical: readLowNibble(factors) };
  });
  const isWhole = segment.length >= 6 + 3 * components.length
    && components.every(({ horizontal, vertical }) => horizontal > 0 && vertical > 0);
  return isWhole ? { marker, height: size[0] * 256 + size[1], width: size[2] * 256 + size[3], components } : undefined;
}

/** B.2.4.2: any number of tables, each with the count of its codes by their lengths, and a symbol for each code. */
function readTables(segment: Uint8Array, tables: Map<number, TableDefinition>): void {
  for (let at = 0; at + 17 <= segment.length;) {
    const counts = segment.subarray(at + 1, at + 17);
    let codes = 0;
    for (const count of counts) codes += count;
    tables.set(segment[at], { counts, symbols: segment.subarray(at + 17, at + 17 + codes) });
    at += 17 + codes;
  }
}

type Parameters = Omit<Scan, 'restartInterval' | 'start' | 'end'>;

function readScan(
  segment: Uint8Array, frame: Frame, tables: ReadonlyMap<number, TableDefinition>,
): Parameters | undefined {
  const count = segment[0];
  if (count > MAX_COMPONENTS || segment.length < 4 + 2 * count) return undefined;
  const components: ScanComponent[] = [];
  for (let i = 0; i < count; i++) {
    const component = frame.components.find(({ id }) => id === segment[1 + 2 * i]);
    const selectors = segment[2 + 2 * i];
    if (!component) return undefined;
    components.push({
      ...component,
      dc: tables.get(readHighNibble(selectors)),
      ac: tables.get(16 + readLowNibble(selectors)),
    });
  }
  const [first, last, approximation] = segment.subarray(1 + 2 * count);
  // Only a progressive frame divides coefficients among scans.
  const whole = { first: 0, last: 63, low: 0, isRefining: false };
  if (frame.marker !== MARKERS.SOF2) return { components, ...whole };
  return { components, first, last, low: readLowNibble(approximation), isRefining: readHighNibble(approximation) > 0 };
}

function findScanEnd(raw: Uint8Array, from: number): number {
  let at = findNextMarker(raw, from);
  while (at < raw.length && raw[at] >= MARKERS.RST0 && raw[at] <= MARKERS.RST7) at = findNextMarker(raw, at + 1);
  // Without the 0xff in front of the code, and fill bytes before that.
  while (at > from && raw[at - 1] === 0xff) at--;
  return at;
}

function readHighNibble(byte: number): number {
  return Math.floor(byte / 16);
}

function readLowNibble(byte: number): number {
  return byte % 16;
}
