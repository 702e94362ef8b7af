import { crc32, deflateRawSync } from 'node:zlib';
import sharp from 'sharp';

const canvas = () => sharp({ create: { width: 32, height: 24, channels: 3, background: 'teal' } });

/** Files with hidden data, each in another place. */
export async function placements(hidden: Buffer): Promise<Record<string, Buffer>> {
  const [jpeg, png, gif] = await Promise.all([
    canvas().jpeg().toBuffer(), canvas().png().toBuffer(), canvas().gif().toBuffer(),
  ]);
  return {
    'at the start': hidden,
    'in the APP1 segment of a JPEG': inserted(
      jpeg, 2, Buffer.concat([Buffer.from([0xff, 0xe1]), uint16(hidden.length + 2), hidden]),
    ),
    'behind the end of a JPEG': Buffer.concat([jpeg, hidden]),
    // After the signature and IHDR.
    'in a text chunk of a PNG': inserted(png, 33, chunk('tEXt', Buffer.concat([Buffer.from('Comment\0'), hidden]))),
    // Before the trailer.
    'in a comment of a GIF': inserted(
      gif, gif.length - 1, Buffer.concat([Buffer.from([0x21, 0xfe, hidden.length]), hidden, Buffer.from([0])]),
    ),
    'deflated in a zip file': zip('a.txt', hidden),
  };
}

function inserted(file: Buffer, at: number, bytes: Buffer): Buffer {
  return Buffer.concat([file.subarray(0, at), bytes, file.subarray(at)]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function chunk(type: string, data: Buffer): Buffer {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length);
  bytes.write(type, 4);
  data.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), data.length + 8);
  return bytes;
}

/** An archive with one file. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.7 to 4.3.16 */
export function zip(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(content.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), common, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from('PK\x05\x06'), end]);
}
