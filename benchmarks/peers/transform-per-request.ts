import sharp from 'sharp';

/**
 * Makes an image on demand as AWS's Dynamic Image Transformation does, by the published source of its image handler. It
 * looks for an orientation, keeps all metadata, resizes within the box, and leaves everything else to sharp.
 * https://github.com/aws-solutions/dynamic-image-transformation-for-amazon-cloudfront (source/image-handler)
 */
export async function transformImage(bytes: Buffer, side: number, format: 'avif' | 'webp' | 'jpeg'): Promise<Buffer> {
  const options = { failOn: 'none' } as const;
  const { orientation } = await sharp(bytes, options).metadata();
  // eslint-disable-next-line no-restricted-syntax -- that it keeps what cameras wrote is what it is compared by
  return sharp(bytes, options)
    .withMetadata({ orientation })
    .resize({ width: side, height: side, fit: 'inside' })
    .toFormat(format)
    .toBuffer();
}
