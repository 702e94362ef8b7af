/** Output formats of variants. */
export const VARIANT_FORMATS = ['avif', 'webp', 'jpeg', 'png'] as const;
export type VariantFormat = typeof VARIANT_FORMATS[number];

export const VARIANT_EXTENSIONS: Record<VariantFormat, string> = {
  avif: 'avif',
  webp: 'webp',
  jpeg: 'jpg',
  png: 'png',
};

/**
 * Parts of an image that a crop keeps, other than the center: the part that draws attention, or the part with the
 * highest entropy.
 */
export const VARIANT_POSITIONS = ['attention', 'entropy'] as const;
export type VariantPosition = typeof VARIANT_POSITIONS[number];

/** One variant of the closed set. */
export interface VariantDefinition {
  readonly name: string;
  /** Box in pixels of the upright image. Images are never enlarged. */
  readonly width: number;
  readonly height: number;
  /**
   * `inside` keeps the whole image, within the box. `cover` fills the box and crops the rest; `position` chooses the
   * part that is kept.
   */
  readonly fit: 'inside' | 'cover';
  /** The part of the image that `cover` keeps; the center if absent. */
  readonly position?: VariantPosition;
  /** In order of preference. The worker makes the first if the generation is eager. Animations have no AVIF. */
  readonly formats: readonly VariantFormat[];
  /** Quality of the lossy formats, 1–100. Absent: the default of each format. */
  readonly quality?: number;
  readonly generation: 'eager' | 'on-demand';
  /** Whether an animation stays animated, as a WebP. Needs WebP or AVIF among the formats. */
  readonly animated: boolean;
  /** Whether the JPEG keeps the gain map of the original. */
  readonly hdr?: boolean;
}
