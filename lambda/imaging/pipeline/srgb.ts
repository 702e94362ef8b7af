import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** Signature and IHDR, which iCCP has to follow. */
const HEAD_LENGTH = 33;

/**
 * What libheif decodes is in the colours of its profile, Display P3 on phones. sharp converts only what has its profile inside,
 * so the pixels are packed as an uncompressed PNG for it.
 */
export async function inSrgb(image: Sharp, iccProfile: Buffer): Promise<Sharp> {
  const png = await image.png({ compressionLevel: 0 }).toBuffer();
  const tagged = Buffer.concat([png.subarray(0, HEAD_LENGTH), chunk('iCCP', profileData(iccProfile)), png.subarray(HEAD_LENGTH)]);
  return sharp(tagged).toColourspace('srgb');
}

/** A name, its end, the compression method, the profile. */
function profileData(iccProfile: Buffer): Buffer {
  return Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(iccProfile)]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
