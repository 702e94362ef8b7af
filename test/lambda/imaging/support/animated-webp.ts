import sharp from 'sharp';
import { le, riff, webp } from './files';

const HAS_ANIMATION = 0x02;
const HAS_EXIF = 0x08;
const NO_BLENDING = 0x02;

function readChunks(file: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 12; at + 8 <= file.length; at += 8 + file.readUInt32LE(at + 4) + file.readUInt32LE(at + 4) % 2) {
    chunks.set(file.toString('latin1', at, at + 4), file.subarray(at + 8, at + 8 + file.readUInt32LE(at + 4)));
  }
  return chunks;
}

export async function buildExif(orientation: number): Promise<Buffer> {
  const black = sharp({ create: { width: 2, height: 2, channels: 3, background: '#000000' } });
  // eslint-disable-next-line no-restricted-syntax -- a file as cameras write it
  const still = await black.withMetadata({ orientation }).webp().toBuffer();
  return readChunks(still).get('EXIF')!;
}

/** RFC 9649, section 2.7: frames of one size, 100 ms each, even if there is only one. */
export async function animatedWebp(pictures: readonly Buffer[], exif: Buffer): Promise<Buffer> {
  const { width, height } = await sharp(pictures[0]).metadata();
  const frames = await Promise.all(pictures.map(async picture => {
    const image = readChunks(await sharp(picture).webp({ lossless: true }).toBuffer()).get('VP8L')!;
    return riff('ANMF', le(3, 0, 0, width - 1, height - 1, 100), Buffer.from([NO_BLENDING]), riff('VP8L', image));
  }));
  const extended = riff('VP8X', le(4, HAS_ANIMATION + HAS_EXIF), le(3, width - 1, height - 1));
  return webp(extended, riff('ANIM', Buffer.alloc(6)), ...frames, riff('EXIF', exif));
}
