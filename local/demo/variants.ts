import sharp from 'sharp';
import type { ImageClient, Variant } from './client';

/** A variant, and what its URL gave. */
export interface FetchedVariant extends Variant {
  readonly bytes: Buffer;
}

/** Downloads all variants of an image; each must be what the service says of it. */
export async function fetchVariants(client: ImageClient, variants: readonly Variant[]): Promise<FetchedVariant[]> {
  return Promise.all(variants.map(async variant => {
    const { bytes, contentType } = await client.fetchFile(variant.url);
    const found = await lookAt(bytes);
    const differences = [
      ...differ('type', variant.content_type, contentType),
      ...differ('format', variant.content_type, found.type),
      ...differ('size', String(variant.size), String(bytes.length)),
      ...differ('width and height', `${variant.width} × ${variant.height}`, found.dimensions),
    ];
    if (differences.length > 0) throw new Error(`the variant ${variant.name} is not what its description says: ${differences.join(', ')}`);
    return { ...variant, bytes };
  }));
}

function differ(what: string, said: string, got: string): string[] {
  return said === got ? [] : [`${what} must be ${said}, got: ${got}`];
}

async function lookAt(bytes: Buffer): Promise<{ type: string; dimensions: string }> {
  const { format, width, pageHeight, height, compression } = await sharp(bytes, { pages: -1 }).metadata();
  return { type: compression === 'av1' ? 'image/avif' : `image/${format}`, dimensions: `${width} × ${pageHeight ?? height}` };
}
