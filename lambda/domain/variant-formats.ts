import type { VariantDefinition, VariantFormat } from '../../src/contract';

/**
 * The formats that a variant of an image can have, in order of preference. An AVIF of an animation would be a still, so
 * it becomes a WebP, which every browser with AVIF shows. A variant without AVIF and WebP has its formats for clients
 * that show no other.
 */
export function listFormats(
  { formats, animated: stays }: Pick<VariantDefinition, 'formats' | 'animated'>, animated: boolean,
): VariantFormat[] {
  if (!animated) return [...formats];
  const others = formats.filter(format => format !== 'avif');
  const isModern = formats.includes('avif') || formats.includes('webp');
  return (stays && isModern) || others.length === 0 ? ['webp', ...others.filter(format => format !== 'webp')] : others;
}
