import { encodeFourcc, type Bytes } from './bytes';
import type { Reading } from './reading';

const IHDR = encodeFourcc('IHDR');

/**
 * RFC 2083, section 4.1.1: the first chunk is IHDR, of 13 bytes, with width and height. An APNG counts as the still
 * that it is to decoders that do not know it. Profiles and texts are not inflated here: libpng inflates at most 8 MB of
 * each, and no more image data than IHDR announces, and a process that decodes a chunk of 200 MB stays at some 60 MB.
 */
export function readPng(bytes: Bytes): Reading {
  if (bytes.readU32(8) !== 13 || bytes.readU32(12) !== IHDR) {
    throw bytes.createCorruptError('it does not begin with its header');
  }
  return { width: bytes.readU32(16), height: bytes.readU32(20) };
}
