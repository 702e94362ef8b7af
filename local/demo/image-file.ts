import type { ImageType } from '../../src/contract';

/** An image to upload. */
export interface ImageFile {
  readonly name: string;
  readonly contentType: ImageType;
  readonly size: number;
  read(): Promise<Buffer>;
}
