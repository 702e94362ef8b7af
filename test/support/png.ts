import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** A grey PNG of 8 bits (ISO/IEC 15948, section 11.2). The number of its pixels may differ from its header. */
export function greyPng(width: number, height: number, rows: Buffer, text = ''): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const parts = [
    pngChunk('IHDR', header), ...text === '' ? [] : [pngChunk('tEXt', Buffer.from(`Comment\0${text}`, 'latin1'))],
    pngChunk('IDAT', deflateSync(rows)),
  ];
  return Buffer.concat([SIGNATURE, ...parts, pngChunk('IEND', Buffer.alloc(0))]);
}

/** A chunk with its checksum. */
export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
