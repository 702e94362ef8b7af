import type { VariantDefinition, VariantFormat } from '../../src/contract';

/** The formats that a variant of an image can have, in order of preference. An AVIF of an animation would be a still. */
export function formatsOf({ formats, animated: stays }: Pick<VariantDefinition, 'formats' | 'animated'>, animated: boolean): VariantFormat[] {
  if (!animated) return [...formats];
  const others = formats.filter(format => format !== 'avif');
  return stays || others.length === 0 ? ['webp', ...others.filter(format => format !== 'webp')] : others;
}
