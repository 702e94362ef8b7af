import type { ImageJob, Rendition, Size } from './job';
import type { VariantDefinition, VariantFormat, VariantPosition } from '../../../src/contract';
import { listFormats } from '../../domain/variant-formats';

export interface PlannedVariant extends Rendition {
  readonly quality?: number;
  readonly animated: boolean;
  /** The size of the whole image, before anything is cut off. */
  readonly whole: Size;
  readonly size: Size;
  /** The part that is kept where something is cut off; the center if absent. */
  readonly position?: VariantPosition;
  /** Whether it keeps a gain map: JPEG only. */
  readonly hdr?: true;
}

/** A rendition that the image cannot have, such as an AVIF of an animation, is left out. */
export function plan({ variants, renditions }: ImageJob, image: Size & { animated: boolean }): PlannedVariant[] {
  const wanted = renditions
    ?? variants.filter(({ generation }) => generation === 'eager').map(variant => chooseFirst(variant, image.animated));
  return wanted.flatMap(({ variant: name, format }) => {
    const variant = variants.find(definition => definition.name === name);
    return variant && listFormats(variant, image.animated).includes(format) ? [planOne(variant, format, image)] : [];
  });
}

function chooseFirst(variant: VariantDefinition, animated: boolean): Rendition {
  return { variant: variant.name, format: listFormats(variant, animated)[0] };
}

export function planOne(
  variant: VariantDefinition, format: VariantFormat, image: Size & { animated: boolean },
): PlannedVariant {
  const whole = scaleToFit(image, variant);
  return {
    variant: variant.name,
    format,
    quality: variant.quality,
    animated: image.animated && variant.animated && format === 'webp',
    whole,
    size: { width: Math.min(whole.width, variant.width), height: Math.min(whole.height, variant.height) },
    ...variant.position && { position: variant.position },
    ...variant.hdr && format === 'jpeg' && { hdr: true },
  };
}

/** The whole image within the box, or around it. Nothing is enlarged. */
export function scaleToFit(image: Size, { fit, ...box }: Pick<VariantDefinition, 'fit' | 'width' | 'height'>): Size {
  const ratios = [box.width / image.width, box.height / image.height];
  const scale = Math.min(1, fit === 'cover' ? Math.max(...ratios) : Math.min(...ratios));
  const scaleSide = (length: number): number => Math.max(1, Math.round(length * scale));
  return { width: scaleSide(image.width), height: scaleSide(image.height) };
}
