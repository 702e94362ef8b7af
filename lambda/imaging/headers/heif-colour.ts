import { readAv1Colour, type Av1Colour } from './av1-colour';
import { readBoxes, descend, type Box } from './boxes';
import { encodeFourcc, type Bytes } from './bytes';
import type { Cicp } from './cicp';

/** How an AVIF or HEIC describes the colours of its primary item, apart from an ICC profile. */
export interface HeifColour {
  /** Of `nclx`, or of the AV1 bitstream where the file has no `nclx`. */
  readonly cicp?: Cicp;
  readonly monochrome: boolean;
  /** The brightest pixel, or else the brightness of the display that the image was made on, in cd/m². */
  readonly peak?: number;
}

const PITM = encodeFourcc('pitm');
const IPRP = encodeFourcc('iprp');
const IPMA = encodeFourcc('ipma');
const ILOC = encodeFourcc('iloc');
const IREF = encodeFourcc('iref');
const DIMG = encodeFourcc('dimg');
const COLR = encodeFourcc('colr');
const NCLX = encodeFourcc('nclx');
const AV1C = encodeFourcc('av1C');
const HVCC = encodeFourcc('hvcC');
const CLLI = encodeFourcc('clli');
const MDCV = encodeFourcc('mdcv');

/** Version and flags of a full box. */
const FULL = 4;

export function readHeifColour(bytes: Bytes): HeifColour {
  const meta = descend(bytes, { name: 0, start: 0, end: bytes.length }, 'meta');
  if (!meta) return { monochrome: false };
  const children = [...readBoxes(bytes, meta.start + FULL, meta.end)];
  const primary = readPrimaryItem(bytes, children);
  const own = readProperties(bytes, children, primary);
  // A grid may leave its colours to its tiles: decoders take the first.
  const source = findFirstSource(bytes, children, primary);
  const properties = source === undefined ? own : [...own, ...readProperties(bytes, children, source)];
  const coded = readCoded(bytes, children, properties, source ?? primary);
  return {
    cicp: readNclx(bytes, properties) ?? coded?.cicp,
    monochrome: coded?.monochrome ?? false,
    peak: readPeak(bytes, properties),
  };
}

function readPrimaryItem(bytes: Bytes, children: readonly Box[]): number {
  const pitm = children.find(({ name }) => name === PITM);
  return pitm ? readId(bytes, pitm.start + FULL, isWide(bytes, pitm)) : 0;
}

function isWide(bytes: Bytes, box: Box): boolean {
  return bytes.readU8(box.start) > 0;
}

function readId(bytes: Bytes, at: number, wide: boolean): number {
  return wide ? bytes.readU32(at) : bytes.readU16(at);
}

/** ISO/IEC 23008-12, section 9.3.1. */
function readProperties(bytes: Bytes, children: readonly Box[], item: number): Box[] {
  const iprp = children.find(({ name }) => name === IPRP);
  const ipco = iprp && descend(bytes, iprp, 'ipco');
  if (!iprp || !ipco) return [];
  const all = [...readBoxes(bytes, ipco.start, ipco.end)];
  const found: Box[] = [];
  for (const box of readBoxes(bytes, iprp.start, iprp.end)) {
    if (box.name === IPMA) found.push(...readAssociations(bytes, box, item).flatMap(index => all[index - 1] ?? []));
  }
  return found;
}

function readAssociations(bytes: Bytes, ipma: Box, item: number): number[] {
  const wideId = isWide(bytes, ipma);
  const width = bytes.readU8(ipma.start + 3) % 2 === 1 ? 2 : 1;
  let at = ipma.start + FULL + 4;
  for (let items = bytes.readU32(ipma.start + FULL); items > 0 && at < ipma.end; items--) {
    const id = readId(bytes, at, wideId);
    at += wideId ? 4 : 2;
    const count = bytes.readU8(at);
    at += 1;
    bytes.count(1 + count);
    if (id === item) {
      return Array.from(
        { length: count }, (_, i) => width === 2 ? bytes.readU16(at + 2 * i) % 2 ** 15 : bytes.readU8(at + i) % 2 ** 7,
      );
    }
    at += count * width;
  }
  return [];
}

function findFirstSource(bytes: Bytes, children: readonly Box[], item: number): number | undefined {
  const iref = children.find(({ name }) => name === IREF);
  if (!iref) return undefined;
  const wide = isWide(bytes, iref);
  const width = wide ? 4 : 2;
  for (const { name, start } of readBoxes(bytes, iref.start + FULL, iref.end)) {
    if (name === DIMG && readId(bytes, start, wide) === item) return readId(bytes, start + width + 2, wide);
  }
  return undefined;
}

/** ISO/IEC 14496-12, section 12.1.5. */
export function readNclx(bytes: Bytes, properties: readonly Box[]): Cicp | undefined {
  const nclx = properties.find(({ name, start }) => name === COLR && bytes.readU32(start) === NCLX);
  if (!nclx) return undefined;
  const { start } = nclx;
  const [primaries, transfer, matrix] = [4, 6, 8].map(offset => bytes.readU16(start + offset));
  return { primaries, transfer, matrix, fullRange: bytes.readU8(start + 10) >= 0x80 };
}

/** Restricted or not. */
const PROFILES = ['prof', 'rICC'].map(encodeFourcc);

export function readIccProfile(bytes: Bytes, properties: readonly Box[]): Uint8Array | undefined {
  const profile = properties.find(({ name, start }) => name === COLR && PROFILES.includes(bytes.readU32(start)));
  return profile && bytes.raw.subarray(profile.start + 4, profile.end);
}

interface Coded {
  readonly cicp?: Av1Colour;
  readonly monochrome: boolean;
}

/** The colours in the coded image. HEVC gives the chroma format alone, ISO/IEC 14496-15, section 8.3.2.1. */
function readCoded(
  bytes: Bytes, children: readonly Box[], properties: readonly Box[], item: number,
): Coded | undefined {
  const hvcc = properties.find(({ name }) => name === HVCC);
  if (hvcc) return { monochrome: bytes.readU8(hvcc.start + 16) % 4 === 0 };
  const av1c = properties.find(({ name }) => name === AV1C);
  if (!av1c) return undefined;
  // AV1 Codec ISO Media File Format Binding, section 2.3.3: the sequence header behind four bytes may be left out.
  const cicp = readAv1Colour(bytes, av1c.start + 4, av1c.end) ?? readAv1Data(bytes, children, item);
  return { cicp, monochrome: Math.floor(bytes.readU8(av1c.start + 2) / 16) % 2 === 1 };
}

function readAv1Data(bytes: Bytes, children: readonly Box[], item: number): Av1Colour | undefined {
  const iloc = children.find(({ name }) => name === ILOC);
  const extent = iloc && findFirstExtent(bytes, iloc, item);
  return extent && readAv1Colour(bytes, extent.start, extent.end);
}

interface Extent {
  readonly start: number;
  readonly end: number;
}

/** ISO/IEC 14496-12, section 8.11.3. Items in other places than the file itself are of no use here. */
function findFirstExtent(bytes: Bytes, { start, end }: Box, item: number): Extent | undefined {
  const version = bytes.readU8(start);
  const [offsetSize, lengthSize] = splitNibbles(bytes.readU8(start + FULL));
  const [baseSize, indexSize] = splitNibbles(bytes.readU8(start + FULL + 1));
  let at = start + FULL + 2 + (version < 2 ? 2 : 4);
  for (let items = readId(bytes, start + FULL + 2, version >= 2); items > 0 && at < end; items--) {
    const id = readId(bytes, at, version >= 2);
    at += version < 2 ? 2 : 4;
    const isInFile = version === 0 || bytes.readU16(at) % 16 === 0;
    at += version === 0 ? 2 : 4;
    const base = readNumber(bytes, at, baseSize);
    const extents = bytes.readU16(at + baseSize);
    at += baseSize + 2;
    const width = (version === 0 ? 0 : indexSize) + offsetSize + lengthSize;
    bytes.count(1 + extents);
    if (id === item) {
      const from = base + readNumber(bytes, at + width - offsetSize - lengthSize, offsetSize);
      return isInFile && extents > 0
        ? { start: from, end: from + readNumber(bytes, at + width - lengthSize, lengthSize) }
        : undefined;
    }
    at += extents * width;
  }
  return undefined;
}

function splitNibbles(byte: number): [high: number, low: number] {
  return [Math.floor(byte / 16), byte % 16];
}

function readNumber(bytes: Bytes, at: number, size: number): number {
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 2 ** 8 + bytes.readU8(at + i);
  return value;
}

/** ISO/IEC 23008-12, sections 6.5.33 and 6.5.34, in cd/m² and in ten-thousandths of it. */
export function readPeak(bytes: Bytes, properties: readonly Box[]): number | undefined {
  const clli = properties.find(({ name }) => name === CLLI);
  const mdcv = properties.find(({ name }) => name === MDCV);
  const brightest = clli && bytes.readU16(clli.start);
  const display = mdcv && bytes.readU32(mdcv.start + 16) / 10_000;
  return brightest || display || undefined;
}
