import { Bytes } from './bytes';
import { readGif } from './gif';
import { readHeif } from './heif';
import { readJpeg } from './jpeg';
import { readPng } from './png';
import type { Reading } from './reading';
import { readWebp } from './webp';
import type { ImageType } from '../../../src/contract';
import type { Header } from '../header';

interface Format {
  readonly name: string;
  readonly read: (bytes: Bytes) => Reading;
}

const FORMATS: Record<ImageType, Format> = {
  'image/jpeg': { name: 'JPEG', read: readJpeg },
  'image/png': { name: 'PNG', read: readPng },
  'image/gif': { name: 'GIF', read: readGif },
  'image/webp': { name: 'WebP', read: readWebp },
  'image/avif': { name: 'AVIF', read: readHeif },
  'image/heic': { name: 'HEIC', read: readHeif },
  'image/heif': { name: 'HEIF', read: readHeif },
};

/**
 * Reads a file's header in one pass, without inflating or decoding anything. If a file gives two sizes, the larger
 * counts, since decoders differ in the one that they use. Decoders judge files that end early but give their size.
 */
export function readHeader(bytes: Uint8Array, type: ImageType): Header {
  const { name, read } = FORMATS[type];
  const file = new Bytes(bytes, name);
  const { width, height, frames = 1, pixels = width * height * frames, scans = 1, scanWork, lacksEnd } = read(file);
  if (width === 0 || height === 0) throw file.createCorruptError('it has no width and height');
  return { type, width, height, frames, pixels, scans, ...scanWork && { scanWork }, ...lacksEnd && { lacksEnd } };
}
