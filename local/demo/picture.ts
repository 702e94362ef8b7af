import type { ImageType } from '../../src/contract';

/** An image to upload. */
export interface Picture {
  readonly name: string;
  readonly contentType: ImageType;
  readonly size: number;
  read(): Promise<Buffer>;
}
