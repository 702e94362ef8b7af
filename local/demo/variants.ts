import sharp from 'sharp';
import type { ImageClient, Variant } from './client';

/** The smallest, for others would take a minute of decoding. */
const OF_ALL_FORMATS = 'thumb';

/** A variant, and what its URL gave. */
export interface FetchedVariant extends Variant {
  /** Of what came, where the description had none. */
  readonly size: number;
  readonly bytes: Buffer;
}

/** Downloads all variants of an image; each must be what the service says of it. */
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
    if (differences.length > 0) throw new Error(`the variant ${variant.name} is not what its description says: ${differences.join(', ')}`);
    if (isByCdn(variant)) await checkOtherFormats(client, variant);
    return { ...variant, size: bytes.length, bytes };
  }));
}

/** Storage's own URLs fix what they give. */
export function isByCdn({ url }: Variant): boolean {
  return !new URL(url).searchParams.has('X-Amz-Signature');
}

/** The same URL gives each browser the best that it can show: of the first image made, all are looked at once. */
async function checkOtherFormats(client: ImageClient, { name, url, width, height }: Variant): Promise<void> {
  if (name !== OF_ALL_FORMATS) return;
  for (const type of ['image/webp', 'image/jpeg']) {
    const { bytes, contentType } = await client.fetchFile(url, type);
    const found = await inspectImage(bytes);
    const differences = [...compareFact('type', type, contentType), ...compareFact('format', type, found.type), ...compareFact('width and height', `${width} × ${height}`, found.dimensions)];
    if (differences.length > 0) throw new Error(`the variant ${name} is not what ${type} asks for: ${differences.join(', ')}`);
  }
}

function compareFact(what: string, said: string, got: string): string[] {
  return said === got ? [] : [`${what} must be ${said}, got: ${got}`];
}

async function inspectImage(bytes: Buffer): Promise<{ type: string; dimensions: string }> {
  const { format, width, pageHeight, height, compression } = await sharp(bytes, { pages: -1 }).metadata();
  return { type: compression === 'av1' ? 'image/avif' : `image/${format}`, dimensions: `${width} × ${pageHeight ?? height}` };
}
