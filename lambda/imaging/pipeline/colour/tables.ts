import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { collectYoung } from '../collect';
import type { Raw } from '../raw';

/** Signature and IHDR, which iCCP has to follow. */
const HEAD_LENGTH = 33;

/** A quarter of a megapixel: a strip needs little memory compared with the image. */
const STRIP_PIXELS = 2 ** 18;

/**
 * In place, from the colours of a profile with tables, by littlecms. sharp converts only files with a profile inside,
 * so the pixels are packed as an uncompressed PNG for it: in strips, since the whole image would be held four times
 * over.
 */
export async function convertByTables(raw: Raw, iccProfile: Buffer): Promise<Raw> {
  const { data, width, height, channels } = raw;
  const profile = buildChunk('iCCP', buildProfileData(iccProfile));
  const rows = Math.max(1, Math.floor(STRIP_PIXELS / width));
  for (let top = 0; top < height; top += rows) {
    const strip = data.subarray(top * width * channels, (top + rows) * width * channels);
    const png = await sharp(strip, { raw: { width, height: Math.min(rows, height - top), channels } })
      .png({ compressionLevel: 0 })
      .toBuffer();
    const tagged = Buffer.concat([png.subarray(0, HEAD_LENGTH), profile, png.subarray(HEAD_LENGTH)]);
    (await sharp(tagged).toColourspace('srgb').raw().toBuffer()).copy(strip);
    collectYoung();
  }
  return raw;
}

/** A name, its end, the compression method, the profile. */
function buildProfileData(iccProfile: Buffer): Buffer {
  return Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(iccProfile)]);
}

function buildChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
