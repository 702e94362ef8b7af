import sharp, { type Sharp } from 'sharp';

/** sharp's binaries have no HEVC, so that the original beside its variants comes from libheif, which turns it upright as well. */
export async function decodeHeic(bytes: Buffer): Promise<Sharp> {
  const { default: { HeifDecoder } } = await import('libheif-js/wasm-bundle');
  const [image] = new HeifDecoder().decode(bytes);
  if (!image) throw new Error('libheif finds no image in it');
  const [width, height] = [image.get_width(), image.get_height()];
  const target = { data: new Uint8ClampedArray(width * height * 4), width, height };
  await new Promise<void>((resolve, reject) => image.display(target, shown => shown ? resolve() : reject(new Error('libheif cannot decode it'))));
  return sharp(Buffer.from(target.data.buffer), { raw: { width, height, channels: 4 } });
}
