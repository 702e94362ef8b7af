import sharp from 'sharp';

/** Markers of ITU-T T.81, table B.1. */
const DQT = 0xdb;
const DHT = 0xc4;
const SOS = 0xda;

interface Grey {
  readonly tables: readonly Buffer[];
  readonly scan: Buffer;
}

/**
 * A JPEG of four inks, each 0 to 255, as Adobe's programs write it: inverted, with Adobe's marker. sharp reads raw
 * samples of four channels as RGB with alpha. So this joins four grey JPEGs, each as its own scan (ITU-T T.81, section
 * B.2.3).
 */
export async function cmykJpeg(samples: Uint8Array, width: number, height: number): Promise<Buffer> {
  const greys = await Promise.all(
    [0, 1, 2, 3].map(async ink => encodeGrey(samples.filter((_, i) => i % 4 === ink), width, height)),
  );
  const adobe = segment(0xee, Buffer.concat([Buffer.from('Adobe', 'latin1'), Buffer.from([0, 100, 0, 0, 0, 0, 0])]));
  const frame = segment(
    0xc0, Buffer.from([8, ...uint16(height), ...uint16(width), 4, ...[1, 2, 3, 4].flatMap(id => [id, 0x11, 0])]),
  );
  const scans = greys.map(({ scan }, i) => Buffer.concat([segment(SOS, Buffer.from([1, i + 1, 0, 0, 63, 0])), scan]));
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]), adobe, ...greys[0].tables, frame, ...scans, Buffer.from([0xff, 0xd9]),
  ]);
}

/** Uses the standard Huffman tables, so that all four share them. */
async function encodeGrey(inks: Uint8Array, width: number, height: number): Promise<Grey> {
  const raw = sharp(inks.map(ink => 255 - ink), { raw: { width, height, channels: 1 } });
  const jpeg = await raw.toColourspace('b-w').jpeg({ quality: 100, optimiseCoding: false }).toBuffer();
  const tables: Buffer[] = [];
  for (let at = 2; ; at += 2 + jpeg.readUInt16BE(at + 2)) {
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    if (jpeg[at + 1] === SOS) return { tables, scan: jpeg.subarray(end, -2) };
    if ([DQT, DHT].includes(jpeg[at + 1])) tables.push(jpeg.subarray(at, end));
  }
}

function segment(marker: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0xff, marker, ...uint16(content.length + 2)]), content]);
}

function uint16(value: number): [number, number] {
  return [Math.floor(value / 256), value % 256];
}
