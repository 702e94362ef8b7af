import sharp from 'sharp';
import type { ImageClient, Variant } from './client';

/** The smallest variant: decoding all formats of the others would take a minute. */
const OF_ALL_FORMATS = 'thumb';

/** A variant with the bytes of its URL. */
export interface FetchedVariant extends Variant {
  /** Size of the bytes, if the description has no size. */
  readonly size: number;
  readonly bytes: Buffer;
}

/** Downloads all variants of an image, and compares each with its description. */
export async function fetchVariants(client: ImageClient, variants: readonly Variant[]): Promise<FetchedVariant[]> {
  return Promise.all(variants.map(async variant => {
    const { bytes, contentType } = await client.fetchFile(variant.url, variant.content_type);
    const found = await inspectImage(bytes);
    const differences = [
      ...compareFact('type', variant.content_type, contentType),
      ...compareFact('format', variant.content_type, found.type),
      ...variant.size === null ? [] : compareFact('size', String(variant.size), String(bytes.length)),
      ...compareFact('width and height', `${variant.width} × ${variant.height}`, found.dimensions),
    ];
    if (differences.length > 0) {
      throw new Error(`the variant ${variant.name} differs from its description: ${differences.join(', ')}`);
    }
    if (isByCdn(variant)) await checkOtherFormats(client, variant);
    return { ...variant, size: bytes.length, bytes };
  }));
}

/** Presigned URLs have one fixed format. */
export function isByCdn({ url }: Variant): boolean {
  return !new URL(url).searchParams.has('X-Amz-Signature');
}

/** One URL gives each browser the best format that it supports, so the demo checks the other formats, too. */
async function checkOtherFormats(client: ImageClient, { name, url, width, height }: Variant): Promise<void> {
  if (name !== OF_ALL_FORMATS) return;
  for (const type of ['image/webp', 'image/jpeg']) {
    const { bytes, contentType } = await client.fetchFile(url, type);
    const found = await inspectImage(bytes);
    const differences = [
      ...compareFact('type', type, contentType), ...compareFact('format', type, found.type),
      ...compareFact('width and height', `${width} × ${height}`, found.dimensions),
    ];
    if (differences.length > 0) {
      throw new Error(`the variant ${name} differs from the requested ${type}: ${differences.join(', ')}`);
    }
  }
}

function compareFact(fact: string, expected: string, got: string): string[] {
  return expected === got ? [] : [`${fact} must be ${expected}, got: ${got}`];
}

async function inspectImage(bytes: Buffer): Promise<{ type: string; dimensions: string }> {
  const { format, width, pageHeight, height, compression } = await sharp(bytes, { pages: -1 }).metadata();
  return {
    type: compression === 'av1' ? 'image/avif' : `image/${format}`,
    dimensions: `${width} × ${pageHeight ?? height}`,
  };
}
