import sharp, { type Sharp } from 'sharp';

/** sharp's binaries have no HEVC decoder, so libheif decodes the original; it also applies the orientation. */
export async function decodeHeic(bytes: Buffer): Promise<Sharp> {
  const { default: { HeifDecoder } } = await import('libheif-js/wasm-bundle');
  const [image] = new HeifDecoder().decode(bytes);
  if (!image) throw new Error('libheif found no image in the file');
  const [width, height] = [image.get_width(), image.get_height()];
  const target = { data: new Uint8ClampedArray(width * height * 4), width, height };
  await new Promise<void>((resolve, reject) =>
    image.display(target, shown => shown ? resolve() : reject(new Error('libheif cannot decode the image'))));
  return sharp(Buffer.from(target.data.buffer), { raw: { width, height, channels: 4 } });
}
