import { VARIANT_FORMATS, VARIANT_POSITIONS, type VariantDefinition, type VariantFormat } from './variant-definition';

/**
 * The default set. Without on-demand variants, all are made at upload, in one small format that every browser shows.
 */
export function buildDefaultVariants(
  delivery: { readonly makesOnDemand: boolean; readonly defaultFormats: readonly VariantFormat[] },
): VariantDefinition[] {
  const defineVariant = (
    name: string, edge: number, generation: VariantDefinition['generation'] = 'eager',
  ): VariantDefinition => {
    return {
      name,
      width: edge,
      height: edge,
      fit: 'inside',
      formats: delivery.defaultFormats,
      generation,
      animated: true,
    };
  };
  return [
    defineVariant('thumb', 320), defineVariant('small', 640), defineVariant('medium', 1280),
    defineVariant('large', 2048, delivery.makesOnDemand ? 'on-demand' : 'eager'),
  ];
}

/** Defaults of variants by delivery. */
export const PRESIGNED_VARIANTS = { makesOnDemand: false, defaultFormats: ['webp'] } as const;
export const CDN_VARIANTS = { makesOnDemand: true, defaultFormats: ['avif', 'webp', 'jpeg'] } as const;

export const DEFAULT_VARIANTS: readonly VariantDefinition[] = buildDefaultVariants(PRESIGNED_VARIANTS);

/** One variant as an environment variable holds it: name, box, flags, formats and quality. */
const ENCODED = /^([a-z][a-z0-9-]{0,31}):([1-9]\d{0,3})x([1-9]\d{0,3}):([ic])([eo])([as])([ae])?(h)?:([awjp]{1,4})(?::([1-9]\d{0,2}))?$/;

/**
 * The set as text for an environment variable, some 25 bytes a variant. JSON takes 150, and Lambda allows 4 KB for all
 * variables. `thumb:320x320:iea:awj:55` is 320 × 320 pixels, inside, eager, animated; AVIF, WebP and JPEG by their
 * first letters; quality 55. A fourth flag is the position unless it is the center: `a` for attention, `e` for entropy.
 * A last `h` marks HDR.
 */
export function encodeVariants(variants: readonly VariantDefinition[]): string {
  return variants.map(({ name, width, height, fit, position, formats, quality, generation, animated, hdr }) => {
    const flags = `${fit[0]}${generation[0]}${animated ? 'a' : 's'}${position?.[0] ?? ''}${hdr ? 'h' : ''}`;
    const quality100 = quality === undefined ? '' : `:${quality}`;
    return `${name}:${width}x${height}:${flags}:${formats.map(format => format[0]).join('')}${quality100}`;
  }).join(';');
}

/** @throws if `encodeVariants` cannot have written the text; the error quotes the invalid part */
export function decodeVariants(text: string): VariantDefinition[] {
  return text.split(';').map(part => {
    const match = ENCODED.exec(part);
    if (!match) throw new Error(`invalid at: ${part.slice(0, 100)}`);
    const [, name, width, height, fit, generation, animated, position, hdr, formats, quality] = match;
    return {
      name,
      width: Number(width),
      height: Number(height),
      fit: fit === 'i' ? 'inside' : 'cover',
      ...(position !== undefined && { position: VARIANT_POSITIONS.find(known => known.startsWith(position)) }),
      formats: [...formats].map(letter => VARIANT_FORMATS.find(format => format.startsWith(letter))!),
      ...(quality !== undefined && { quality: Number(quality) }),
      generation: generation === 'e' ? 'eager' : 'on-demand',
      animated: animated === 'a',
      ...(hdr !== undefined && { hdr: true }),
    };
  });
}
