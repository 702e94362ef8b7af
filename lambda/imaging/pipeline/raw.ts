import sharp, { type Sharp } from 'sharp';
import type { Size } from './job';

/** Pixels of the whole image, 8 bits per channel, with alpha only where something is transparent. */
export interface Raw extends Size {
  readonly data: Buffer;
  readonly channels: 3 | 4;
}

export function fromRaw({ data, width, height, channels }: Raw): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}
