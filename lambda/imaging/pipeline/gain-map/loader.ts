import sharp, { type Metadata, type Sharp } from 'sharp';

const LOADER = { operation: ['VipsForeignLoadUhdrBuffer'] };

/** sharp's types leave it out: it is experimental (https://sharp.pixelplumbing.com/api-output, "keepGainMap"). */
type Experimental = Sharp & { keepGainMap(): Sharp };
type WithGainMap = Metadata & { readonly gainMap?: { readonly image: Buffer } };

/** Decodes no pixels. */
export async function readMetadata(image: Sharp): Promise<WithGainMap> {
  return withLoader(() => image.metadata());
}

/** Decodes all pixels of image and map into memory. */
export async function encodeWithGainMap(image: Sharp): Promise<Buffer> {
  return withLoader(() => (image as Experimental).keepGainMap().jpeg().toBuffer());
}

/** All other images are read without this loader: it is a library more for a hostile file to reach. */
async function withLoader<T>(read: () => Promise<T>): Promise<T> {
  sharp.unblock(LOADER);
  try {
    return await read();
  } finally {
    sharp.block(LOADER);
  }
}
