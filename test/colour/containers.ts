import { crc32, deflateSync } from 'node:zlib';
import { withProperty } from '../lambda/imaging/support/heif-property';

/** Signature and IHDR. */
const PNG_HEAD = 33;

export function withPngChunk(png: Buffer, name: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  return Buffer.concat([
    png.subarray(0, PNG_HEAD), uint32(content.length), body, uint32(crc32(body)), png.subarray(PNG_HEAD),
  ]);
}

export function withPngProfile(png: Buffer, profile: Buffer): Buffer {
  return withPngChunk(png, 'iCCP', Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(profile)]));
}

/** ICC.1:2022, annex B.4: pieces that fit into a segment, each with its number and the total. */
export function withJpegProfile(jpeg: Buffer, profile: Buffer): Buffer {
  const size = 65_519;
  const count = Math.ceil(profile.length / size);
  const segments = Array.from({ length: count }, (_, i) => {
    const piece = Buffer.concat([
      Buffer.from('ICC_PROFILE\0', 'latin1'), Buffer.from([i + 1, count]), profile.subarray(i * size, (i + 1) * size),
    ]);
    return Buffer.concat([
      Buffer.from([0xff, 0xe2, Math.floor((piece.length + 2) / 256), (piece.length + 2) % 256]), piece,
    ]);
  });
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

/** RFC 9649, section 2.7: the extended header says that a profile follows. */
export function withWebpProfile(webp: Buffer, profile: Buffer, width: number, height: number): Buffer {
  const header = Buffer.alloc(10);
  header[0] = 0x20;
  header.writeUIntLE(width - 1, 4, 3);
  header.writeUIntLE(height - 1, 7, 3);
  const chunks = Buffer.concat([riff('VP8X', header), riff('ICCP', profile), webp.subarray(12)]);
  return riff('RIFF', Buffer.concat([Buffer.from('WEBP', 'latin1'), chunks]));
}

export function withHeifProfile(heif: Buffer, profile: Buffer): Buffer {
  return withProperty(heif, 'colr', Buffer.concat([Buffer.from('prof', 'latin1'), profile]));
}

function riff(name: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(content.length);
  return Buffer.concat([Buffer.from(name, 'latin1'), length, content, Buffer.alloc(content.length % 2)]);
}

function uint32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeUInt32BE(value, i * 4));
  return bytes;
}

/** PNG, third edition, section 11.3.2: the unit is 1/100,000. */
export function gammaChunk(gamma: number): Buffer {
  return uint32(Math.round(gamma * 1e5));
}

/** White, red, green and blue. */
export function chromaticitiesChunk(...xy: readonly number[]): Buffer {
  return uint32(...xy.map(value => Math.round(value * 1e5)));
}

/** The brightest pixel and the mean of the brightest frame, in ten-thousandths of cd/m². */
export function lightLevelChunk(peak: number, mean: number): Buffer {
  return uint32(peak * 1e4, mean * 1e4);
}
