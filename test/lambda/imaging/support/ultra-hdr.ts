import sharp from 'sharp';

const WIDTH = 640;
const HEIGHT = 480;

export interface GainMap { readonly image: Buffer }

export function segment(marker: number, body: Buffer): Buffer {
  const length = body.length + 2;
  return Buffer.concat([Buffer.from([0xff, marker, Math.floor(length / 256), length % 256]), body]);
}

/**
 * A gradient, with a gain map that brightens the right half. libultrahdr makes the file, for pixels within SDR, and the
 * map in it is replaced.
 */
export async function ultraHdr(): Promise<Buffer> {
  const light = (i: number): number => 0.2 + 0.8 * Math.floor(i / 3 / WIDTH) / HEIGHT;
  const data = Buffer.from(Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => [220, 140, 60][i % 3] * light(i)));
  const coded = await sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .pipelineColourspace('scrgb')
    .toColourspace('scrgb')
    .jpeg({ quality: 95 })
    .toBuffer();
  const { first, lengthOfSecond } = readPictureIndex(coded);
  const map = coded.subarray(first);
  const parameters = map.subarray(2, 4 + map.readUInt16BE(4));
  const dark = { create: { width: WIDTH / 4, height: HEIGHT / 2, channels: 3, background: '#000000' } } as const;
  const halves = await sharp(dark)
    .extend({ right: WIDTH / 4, background: '#ffffff' })
    .toColourspace('b-w')
    .jpeg({ quality: 95 })
    .toBuffer();
  const second = withSegments(halves, parameters);
  coded.writeUInt32BE(second.length, lengthOfSecond);
  return Buffer.concat([coded.subarray(0, first), second]);
}

/**
 * CIPA DC-007: two entries of 16 bytes: attributes, length, offset from the index. libultrahdr writes them in
 * big-endian order, behind three tags.
 */
interface PictureIndex {
  readonly first: number;
  readonly second: number;
  readonly secondLength: number;
  readonly lengthOfSecond: number;
}

export function readPictureIndex(jpeg: Buffer): PictureIndex {
  const index = jpeg.indexOf('MPF\0') + 4;
  const entries = index + 50;
  return {
    first: jpeg.readUInt32BE(entries + 4),
    second: index + jpeg.readUInt32BE(entries + 24),
    secondLength: jpeg.readUInt32BE(entries + 20),
    lengthOfSecond: entries + 20,
  };
}

/** Inserts segments at the front of the file. */
export function withSegments(jpeg: Buffer, ...segments: Buffer[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

interface Parts {
  readonly image: Buffer;
  readonly map: Buffer;
  /** Segments of the map; by default those of the file. */
  readonly parameters?: Buffer;
}

/** The file with another image and another map. */
export function withParts(original: Buffer, { image, map, parameters }: Parts): Buffer {
  const { first } = readPictureIndex(original);
  const second = withSegments(
    map, parameters ?? original.subarray(first + 2, first + 4 + original.readUInt16BE(first + 4)),
  );
  const made = withSegments(image, ...applicationSegments(original));
  const index = made.indexOf('MPF\0') + 4;
  made.writeUInt32BE(made.length, index + 54);
  made.writeUInt32BE(second.length, index + 70);
  made.writeUInt32BE(made.length - index, index + 74);
  return Buffer.concat([made, second]);
}

export const flat = async (width: number, height: number, options: sharp.JpegOptions = {}): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: '#808080' } }).jpeg(options).toBuffer();

/** APP1 to APP15. */
function applicationSegments(jpeg: Buffer): Buffer[] {
  const segments: Buffer[] = [];
  for (let at = 2; jpeg[at + 1] !== 0xda; at += 2 + jpeg.readUInt16BE(at + 2)) {
    if (jpeg[at + 1] > 0xe0 && jpeg[at + 1] <= 0xef) {
      segments.push(jpeg.subarray(at, at + 2 + jpeg.readUInt16BE(at + 2)));
    }
  }
  return segments;
}

/** EXIF with a position and an orientation, XMP, IPTC and a comment. */
export async function withMetadata(jpeg: Buffer, orientation: number): Promise<Buffer> {
  const tags = {
    IFD0: { Make: 'canary-make', Orientation: `${orientation}` },
    IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' },
  };
  const red = sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } });
  // eslint-disable-next-line no-restricted-syntax -- a file as cameras write it
  const withTags = red.withMetadata({ orientation }).withExifMerge(tags).jpeg();
  const { exif } = await sharp(await withTags.toBuffer()).metadata();
  const xmp = Buffer.from('http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/">canary-xmp</x:xmpmeta>');
  return withSegments(
    jpeg,
    segment(0xe1, exif!),
    segment(0xe1, xmp),
    segment(0xed, Buffer.from('Photoshop 3.0\0canary-iptc')),
    segment(0xfe, Buffer.from('canary-comment')),
  );
}

export const readGainMap = async (bytes: Uint8Array): Promise<GainMap | undefined> =>
  (await sharp(bytes).metadata() as { gainMap?: GainMap }).gainMap;
/** sharp's `stats` reads the whole input, so the part becomes its own image first. */
export async function computeMean(image: Buffer, part: sharp.Region): Promise<number> {
  return (await sharp(await sharp(image).extract(part).png().toBuffer()).stats()).channels[0].mean;
}
