import type { ScanWork } from './jpeg/scan-work';
import type { ImageType } from '../../src/contract';

/** The facts that our own parsers read from a file before any decoding. */
export interface Header {
  readonly type: ImageType;
  /** As stored, before orientation or crop; of an animation the canvas that its frames are composed on. */
  readonly width: number;
  readonly height: number;
  /** 1 for a still. */
  readonly frames: number;
  /** Pixels over all frames: width × height of each, or more if the file declares a larger canvas or larger parts. */
  readonly pixels: number;
  /** Scans of a JPEG; 1 for all others. */
  readonly scans: number;
  /** Given for a JPEG of more scans than encoders usually write. */
  readonly scanWork?: ScanWork;
  /** Given for a JPEG without an end marker: only its entropy-coded data tells whether pixels are missing. */
  readonly lacksEnd?: true;
}

/** As people write them, for messages. */
export const FORMAT_NAMES: Readonly<Record<ImageType, string>> = {
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
  'image/gif': 'GIF',
  'image/webp': 'WebP',
  'image/avif': 'AVIF',
  'image/heic': 'HEIC',
  'image/heif': 'HEIF',
};

/** The subtype of the media type. */
export function getFormat({ type }: Pick<Header, 'type'>): string {
  return type.replace('image/', '');
}
