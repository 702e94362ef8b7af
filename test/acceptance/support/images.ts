import { createHash } from 'node:crypto';

/** Every accepted type, in the order of http-api.md. */
export const ACCEPTED_TYPES = [
  'image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif', 'image/heic', 'image/heif',
] as const;
export type AcceptedType = typeof ACCEPTED_TYPES[number];

/**
 * A leading `ftyp` box of ISO/IEC 14496-12, section 4.3: length, type, major brand, minor version, compatible brands.
 */
export function ftyp(major: string, ...compatible: string[]): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(16 + 4 * compatible.length);
  return Buffer.concat([length, Buffer.from(`ftyp${major}\0\0\0\0${compatible.join('')}`, 'latin1')]);
}

/** The shortest first bytes that identify each type. A sniffer needs no more, and confirm does not decode. */
const LEADS: Record<AcceptedType, Buffer> = {
  'image/jpeg': Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  'image/png': Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
  'image/webp': Buffer.from('RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0', 'latin1'),
  'image/avif': ftyp('avif', 'avif', 'mif1', 'miaf'),
  'image/gif': Buffer.from('GIF89a\x01\0\x01\0\x80\0\0', 'latin1'),
  'image/heic': ftyp('heic', 'mif1', 'heic'),
  'image/heif': ftyp('mif1', 'mif1', 'heic'),
};

let serial = 0;

/** Bytes of a type, different at each call; exactly `size` bytes if given. */
export function imageBytes(type: AcceptedType, size?: number): Buffer {
  const lead = LEADS[type];
  const tail = size === undefined
    ? Buffer.from(` sample ${serial++}`)
    : Buffer.alloc(Math.max(0, size - lead.length), `.${serial++}`);
  return Buffer.concat([lead, tail]).subarray(0, size);
}

export function sha256Base64(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}
