import sharp from 'sharp';
import { be16, be32, box, fullBox, hex } from './files';

/** An AV1 image from an AVIF made by sharp. */
export interface CodedImage {
  readonly width: number;
  readonly height: number;
  /** Contents of the `av1C` box. */
  readonly config: Buffer;
  readonly data: Buffer;
}

export interface SolidColour {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/** Colours without alpha: an image has one item then, the only one in `mdat`. */
export async function encodeAv1(image: sharp.Sharp, options: sharp.AvifOptions = {}): Promise<CodedImage> {
  const encoded = image.removeAlpha().avif({ quality: 90, effort: 0, chromaSubsampling: '4:4:4', ...options });
  const { data: avif, info } = await encoded.toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, config: readContent(avif, 'av1C'), data: readContent(avif, 'mdat') };
}

export async function encodeGrey(
  values: Buffer, width: number, height: number, options?: sharp.AvifOptions,
): Promise<CodedImage> {
  return encodeAv1(sharp(values, { raw: { width, height, channels: 1 } }).toColourspace('b-w'), options);
}

export function solid(background: SolidColour, width = 64, height = 48): sharp.Sharp {
  return sharp({ create: { width, height, channels: 3, background } });
}

function readContent(file: Buffer, name: string): Buffer {
  const at = file.indexOf(name);
  return file.subarray(at + 4, at - 4 + file.readUInt32BE(at - 4));
}

export const nclx = (primaries: number, transfer: number, matrix: number, range: 0x80 | 0): Buffer =>
  box('colr', Buffer.from('nclx'), be16(primaries, transfer, matrix), Buffer.from([range]));

export interface SequenceOptions {
  readonly brand?: string;
  readonly alpha?: readonly CodedImage[];
  readonly isPremultiplied?: boolean;
  /** In thousandths of a second. */
  readonly durations?: readonly number[];
  /** Without it the file has no edit list. */
  readonly plays?: number;
  /** Boxes of the sample entry besides the configuration. */
  readonly entryBoxes?: readonly Buffer[];
  /** The coding of the sample entry, and the box of its configuration. */
  readonly coding?: readonly [entry: string, config: string];
  /** Boxes between `ftyp` and `moov`, such as `meta`. */
  readonly before?: readonly Buffer[];
  readonly sizes?: 'stsz' | 'stz2';
  readonly offsets?: 'stco' | 'co64';
  /** Samples in each chunk; by default one chunk has all. */
  readonly samplesInChunk?: number;
}

/** A sequence of independent images. ISO/IEC 14496-12, clause 8, and ISO/IEC 23008-12, clause 7. */
export function buildSequence(frames: readonly CodedImage[], options: SequenceOptions = {}): Buffer {
  const { brand = 'avis', alpha = [], before = [] } = options;
  const ftyp = box('ftyp', Buffer.from(`${brand}\0\0\0\0${brand}msf1iso8mif1`, 'latin1'));
  const moov = (start: number): Buffer => box('moov', fullBox('mvhd', 0, Buffer.alloc(96)),
    buildTrack(1, frames, start, options),
    ...alpha.length > 0 ? [buildTrack(2, alpha, start + total(frames), options)] : []);
  const start = ftyp.length + total(before.map(data => ({ data }))) + moov(0).length + 8;
  return Buffer.concat([
    ftyp, ...before, moov(start), box('mdat', ...frames.map(({ data }) => data), ...alpha.map(({ data }) => data)),
  ]);
}

function total(images: readonly { readonly data: Buffer }[]): number {
  return images.reduce((sum, { data }) => sum + data.length, 0);
}

const ALPHA_URN = Buffer.from('urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0');

function buildTrack(id: number, images: readonly CodedImage[], start: number, options: SequenceOptions): Buffer {
  const {
    durations = images.map(
      () => 100,
    ), plays, isPremultiplied = false, entryBoxes = [], coding: [entry, config] = ['av01', 'av1C'],
  } = options;
  const duration = durations.reduce((sum, each) => sum + each, 0);
  const [{ width, height, config: configuration }] = images;
  const isAlpha = id === 2;
  const description = box(entry, Buffer.alloc(24), be16(width, height), Buffer.alloc(50), box(config, configuration),
    ...isAlpha ? [fullBox('auxi', 0, ALPHA_URN)] : entryBoxes);
  const references = isAlpha
    ? [box('tref', box('auxl', be32(1)))]
    : isPremultiplied ? [box('tref', box('prem', be32(2)))]
      : [];
  return box('trak',
    fullBox('tkhd', 0, be32(0, 0, id, 0, (plays ?? 1) * duration), Buffer.alloc(60)),
    ...references,
    ...plays === undefined ? [] : [box('edts', box('elst', hex('00 00 00 01'), be32(1, duration, 0, 0x1_0000)))],
    box('mdia',
      fullBox('mdhd', 0, be32(0, 0, 1000, duration, 0)),
      fullBox('hdlr', 0, be32(0), Buffer.from(isAlpha ? 'auxv' : 'pict'), Buffer.alloc(13)),
      box(
        'minf',
        box('stbl', fullBox('stsd', 0, be32(1), description), ...buildTables(images, durations, start, options)),
      )));
}

function buildTables(
  images: readonly CodedImage[], durations: readonly number[], start: number, options: SequenceOptions,
): Buffer[] {
  const { sizes = 'stsz', offsets = 'stco', samplesInChunk = images.length } = options;
  const lengths = images.map(({ data }) => data.length);
  const chunks = Array.from(
    { length: Math.ceil(images.length / samplesInChunk) }, (_, i) => start + total(images.slice(0, i * samplesInChunk)),
  );
  const rest = images.length % samplesInChunk;
  const runs = rest === 0 ? [[1, samplesInChunk, 1]] : [[1, samplesInChunk, 1], [chunks.length, rest, 1]];
  return [
    fullBox('stts', 0, be32(durations.length), ...durations.map(duration => be32(1, duration))),
    fullBox('stsc', 0, be32(runs.length), ...runs.map(run => be32(...run))),
    sizes === 'stsz'
      ? fullBox('stsz', 0, be32(0, images.length, ...lengths))
      : fullBox('stz2', 0, be32(16, images.length), be16(...lengths)),
    offsets === 'stco'
      ? fullBox('stco', 0, be32(chunks.length, ...chunks))
      : fullBox('co64', 0, be32(chunks.length), ...chunks.map(offset => be32(0, offset))),
  ];
}

export interface StillItem {
  readonly id: number;
  readonly type: string;
  readonly data?: Buffer;
  readonly properties: readonly Buffer[];
}

/** A still of these items, with an essential mark on each property but the extent. */
export function buildStill(
  brand: string, primary: number, items: readonly StillItem[], references: readonly Buffer[] = [],
): Buffer {
  const ftyp = box('ftyp', Buffer.from(`${brand}\0\0\0\0mif1${brand}`, 'latin1'));
  const properties = items.flatMap(item => item.properties);
  const isExtent = (property: Buffer): boolean => property.toString('latin1', 4, 8) === 'ispe';
  const associations = items.map(item => Buffer.concat([be16(item.id), Buffer.from([item.properties.length,
    ...item.properties.map(property => properties.indexOf(property) + 1 + (isExtent(property) ? 0 : 0x80))])]));
  const withData = items.filter(({ data }) => data);
  const meta = (start: number): Buffer => {
    let at = start;
    return fullBox('meta', 0,
      fullBox('hdlr', 0, be32(0), Buffer.from('pict'), Buffer.alloc(13)), fullBox('pitm', 0, be16(primary)),
      fullBox('iloc', 0, hex('4400'), be16(withData.length), ...withData.map(
        ({ id, data }) => Buffer.concat([be16(id, 0, 1), be32((at += data!.length) - data!.length, data!.length)]),
      )),
      fullBox(
        'iinf',
        0,
        be16(items.length),
        ...items.map(({ id, type }) => fullBox('infe', 2, be16(id, 0), Buffer.from(`${type}\0`))),
      ),
      ...references.length > 0 ? [fullBox('iref', 0, ...references)] : [],
      box('iprp', box('ipco', ...properties), fullBox('ipma', 0, be32(items.length), ...associations)));
  };
  const start = ftyp.length + meta(0).length + 8;
  return Buffer.concat([ftyp, meta(start), box('mdat', ...withData.map(({ data }) => data!))]);
}
