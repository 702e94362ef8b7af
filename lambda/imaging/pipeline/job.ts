import type { VariantDefinition, VariantFormat } from '../../../src/contract';
import type { Header } from '../header';

/** A variant in one of its formats. */
export interface Rendition {
  readonly variant: string;
  readonly format: VariantFormat;
}

export interface ImageJob {
  readonly bytes: Uint8Array;
  /** Of these bytes, and within the limits. */
  readonly header: Header;
  readonly variants: readonly VariantDefinition[];
  /** The renditions to make. If absent, each eager variant in its first format. */
  readonly renditions?: readonly Rendition[];
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Placeholder {
  /** ThumbHash, in base64. */
  readonly thumbhash: string;
  /** The dominant colour, `#rrggbb`. */
  readonly color: string;
}

export interface EncodedVariant extends Size {
  readonly name: string;
  readonly format: VariantFormat;
  readonly bytes: Uint8Array;
}

/** How long steps took (milliseconds). */
export interface StepTimes {
  /** Until all sizes are pixels. Frames of an animation are decoded while they are encoded. */
  readonly decode: number;
  readonly encode: number;
}

export interface ProcessedImage extends Size {
  /** Of the original: the subtype of its media type. Width and height are those of the upright image. */
  readonly format: string;
  readonly animated: boolean;
  readonly placeholder: Placeholder;
  readonly variants: readonly EncodedVariant[];
  readonly times?: StepTimes;
}
