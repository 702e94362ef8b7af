import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { CANARIES } from '../../support/canaries';

/** A photo with a canary in its EXIF text, and with a position. */
export async function makePhoto(): Promise<Buffer> {
  const { exif, position } = CANARIES;
  const image = sharp({ create: { width: 320, height: 240, channels: 3, background: '#336699' } });
  // eslint-disable-next-line no-restricted-syntax -- an original, not a variant
  return image.withExif({
    IFD0: { Copyright: exif, ImageDescription: `${exif} ${position}`, Artist: CANARIES.userId },
    IFD3: {
      GPSLatitudeRef: 'N',
      GPSLatitude: '48/1 12/1 294276/10000',
      GPSLongitudeRef: 'E',
      GPSLongitude: '16/1 22/1 229/10',
    },
  }).jpeg().toBuffer();
}

/** A photo whose scan is noise: the header is right, and a decoder complains. */
export async function makeCorruptPhoto(): Promise<Buffer> {
  const photo = await makePhoto();
  const scan = photo.indexOf(Buffer.from([0xff, 0xda])) + 14;
  return Buffer.concat([photo.subarray(0, scan), Buffer.from(`${CANARIES.decoder}\xff\xc4\0\x03`, 'latin1')]);
}

/** A PNG with a canary in a text chunk, in the name of a chunk's data, and in place of its pixels. */
export function makeCorruptPng(): Buffer {
  const header = Buffer.from([0, 0, 0, 64, 0, 0, 0, 64, 8, 2, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('tEXt', Buffer.from(`Comment\0${CANARIES.decoder}`, 'latin1')),
    chunk('IDAT', deflateSync(Buffer.from(CANARIES.decoder.repeat(20)))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
