import type { ImageType } from '../../src/contract';
import { bombNames, readBomb, readCorpus } from '../support/corpus';

/** A file to upload, and its expected verdict. */
export interface Upload {
  readonly name: string;
  readonly verdict: string;
  readonly type: ImageType;
  readonly bytes: () => Buffer;
}

/** The verdict of decompression bombs: any clean end is accepted. The other files have the verdicts of two decoders. */
export const BOMBS = 'bombs';

const TYPES: Record<string, ImageType> = {
  'jpeg': 'image/jpeg',
  'jpg': 'image/jpeg',
  'png': 'image/png',
  'webp': 'image/webp',
  'gif': 'image/gif',
  'avif': 'image/avif',
  'heif/heic': 'image/heic',
};

/** A file of an unsupported type is declared as a JPEG, as an attacker would. */
function chooseType(kind: string): ImageType {
  return TYPES[kind] ?? 'image/jpeg';
}

export function corpusUploads(): Upload[] {
  return readCorpus().map(({ name, verdict, kind, bytes }) => ({ name, verdict, type: chooseType(kind), bytes }));
}

export function bombUploads(): Upload[] {
  return bombNames().map(name => ({
    name,
    verdict: BOMBS,
    type: chooseType(name.slice(name.lastIndexOf('.') + 1)),
    bytes: () => readBomb(name),
  }));
}
