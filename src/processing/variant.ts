import { type VariantDefinition, type VariantFormat as Format, VARIANT_FORMATS } from '../contract';
import type { IDelivery } from '../delivery/api';
import { checkKnownText, checkList, checkWholeNumber, fromOptions, namesOf, refuse, within } from '../private/validate';

/** A format that variants can be made in. */
export enum VariantFormat {
  /** AVIF: the smallest files, at the most CPU. An animation has none. */
  AVIF = 'avif',
  /** WebP: small, shown by every browser, animated where the image is. */
  WEBP = 'webp',
  /** JPEG: without transparency. */
  JPEG = 'jpeg',
  /** PNG: without loss. */
  PNG = 'png',
}

/** How an image is fitted into the box of a variant. Nothing is enlarged. */
export enum VariantFit {
  /** The whole image, within the box. */
  INSIDE = 'inside',
  /** The box filled, and what is over cut off: evenly, unless `position` says otherwise. */
  COVER = 'cover',
}

/** The part of an image that a variant with `VariantFit.COVER` keeps. */
export enum VariantPosition {
  /** The center. */
  CENTER = 'center',
  /** The part that draws attention: bright and saturated colours, edges, skin. */
  ATTENTION = 'attention',
  /** The part with the most entropy, that is, with the most detail. */
  ENTROPY = 'entropy',
}

/** When a variant is made. */
export enum VariantGeneration {
  /** At upload, before the image is ready. */
  EAGER = 'eager',
  /** When it is first asked for. */
  ON_DEMAND = 'on-demand',
}

/** What a variant is. One of `width` and `height` must be given. */
export interface VariantOptions {
  /**
   * Width of the box in pixels, from 1 to 8192.
   * @default - as `height`: the longer edge is bound where the image fits inside, the box is a square where it is covered
   */
  readonly width?: number;

  /**
   * Height of the box in pixels, from 1 to 8192.
   * @default - as `width`: the longer edge is bound where the image fits inside, the box is a square where it is covered
   */
  readonly height?: number;

  /**
   * How the upright image is fitted into the box. Nothing is enlarged.
   * @default VariantFit.INSIDE
   */
  readonly fit?: VariantFit;

  /**
   * The part of the image that is kept, for `VariantFit.COVER` only. An animation is cut by its first frame.
   * @default VariantPosition.CENTER
   */
  readonly position?: VariantPosition;

  /**
   * Formats in order of preference: the first is made at upload, the others when a browser first asks for one. At least one, and one
   * only with `Delivery.presignedOnly()`, where nothing would make the others. A browser gets
   * AVIF or WebP where it says that it takes them, else the last of these that it takes.
   * @default - what the delivery prefers: AVIF, WebP and JPEG with `Delivery.cloudFront()`, WebP with `Delivery.presignedOnly()`
   */
  readonly formats?: VariantFormat[];

  /**
   * Quality of every format that loses any, from 1 to 100.
   * @default - AVIF 55, or 64 below 160 × 160 pixels, WebP and JPEG 81; PNG loses none
   */
  readonly quality?: number;

  /**
   * When its first format is made. `ON_DEMAND` needs a delivery that can, which is `Delivery.cloudFront()`: what is seldom asked for costs nothing
   * until then, and the first who asks waits. `retention.onDemandVariants` says how long it is kept.
   * @default VariantGeneration.EAGER
   */
  readonly generation?: VariantGeneration;

  /**
   * Whether an animation stays one, in WebP, where WebP or AVIF is among `formats`. Otherwise its first frame is shown.
   * @default true
   */
  readonly animated?: boolean;

  /**
   * Whether JPEGs of the variant keep the gain map of an Ultra HDR original (ISO 21496-1), made anew for the size: screens that can show more than
   * white do. An original of more than 52 megapixels gets an SDR variant. Needs JPEG among `formats`. Browsers that accept AVIF or WebP get those, which are SDR: name JPEG alone to show HDR to all.
   * @default false
   */
  readonly hdr?: boolean;
}

const OPTIONS = namesOf<VariantOptions>({
  width: true, height: true, fit: true, position: true, formats: true, quality: true, generation: true, animated: true, hdr: true,
});

const NAME = /^[a-z][a-z0-9-]{0,31}$/;
const SIDE = { min: 1, max: 8192, fix: 'it is a number of pixels, and nothing is enlarged' };

/** One named rendition of every image, of a closed set: no other sizes can be asked for, so nobody can make the service work for sizes of his own. */
export class Variant {
  /**
   * A variant. Its URLs are immutable: give another name to one whose options change.
   * @param name lower-case letters, digits and hyphens, at most 32, a letter first; part of its key and its URL, so no token
   * @throws where the name or an option is out of its range, naming option, rule and value
   */
  public static of(name: string, options: VariantOptions): Variant {
    return within('variants', () => new Variant(name, options));
  }

  /** What it is called in keys, URLs and answers of the API. */
  public readonly name: string;
  private readonly options: VariantOptions;

  private constructor(name: string, options: VariantOptions) {
    checkKnownText('name', name);
    // Other languages pass what they like, and a pattern takes what is no text for its name.
    if (typeof name !== 'string' || !NAME.test(name)) refuse('name', `must match ${NAME.source}`, JSON.stringify(name) ?? 'undefined', 'it is part of keys and URLs');
    this.name = name;
    this.options = options ?? {};
    fromOptions(`variants.${name}`, 'Variant.of()', this.options, OPTIONS, () => checkOptions(this.options));
  }

  /**
   * What it is, in one line, for messages.
   * @internal
   */
  public _describe(): string {
    const { width, height, fit = VariantFit.INSIDE } = this.options;
    return `'${this.name}' (${width ?? height} × ${height ?? width}, ${fit})`;
  }

  /**
   * The variant with what the delivery decides.
   * @throws where the delivery cannot make it when it says
   * @internal
   */
  public _definition(delivery: IDelivery): VariantDefinition {
    const { width, height, formats, quality, animated = true, hdr } = this.options;
    const { fit = VariantFit.INSIDE, position = VariantPosition.CENTER, generation = VariantGeneration.EAGER } = this.options;
    if (!delivery.makesOnDemand) checkMadeAtUpload(this.name, this.options, delivery.factory);
    const chosen = formats ? formats as Format[] : [...delivery.defaultFormats];
    if (hdr) checkHasJpeg(this.name, chosen);
    return {
      name: this.name,
      width: (width ?? height)!,
      height: (height ?? width)!,
      fit,
      ...(position !== VariantPosition.CENTER && { position }),
      formats: chosen,
      ...(quality !== undefined && { quality }),
      generation,
      animated,
      ...(hdr && { hdr }),
    };
  }
}

function checkOptions({ width, height, formats, quality, fit, position, generation }: VariantOptions): void {
  if (width === undefined && height === undefined) refuse('width', "or 'height' must be given", 'neither', 'one of them bounds both edges');
  checkWholeNumber('width', width, SIDE);
  checkWholeNumber('height', height, SIDE);
  checkWholeNumber('quality', quality, { min: 1, max: 100, fix: 'leave it out for what each format does best with' });
  checkFormats('formats', formats);
  // Other languages pass what they like.
  checkOneOf('fit', fit, Object.values(VariantFit), 'VariantFit');
  checkOneOf('position', position, Object.values(VariantPosition), 'VariantPosition');
  if ((position ?? VariantPosition.CENTER) !== VariantPosition.CENTER && fit !== VariantFit.COVER) {
    refuse('position', 'needs VariantFit.COVER', `fit ${fit ?? VariantFit.INSIDE}`, 'nothing is cut off an image that fits inside; set fit, or leave position out');
  }
  checkOneOf('generation', generation, Object.values(VariantGeneration), 'VariantGeneration');
}

/** What would be made when it is asked for, where nothing can, would never be made. */
function checkMadeAtUpload(name: string, { generation, formats = [] }: VariantOptions, factory: string): void {
  if (generation === VariantGeneration.ON_DEMAND) {
    const rule = `must be VariantGeneration.EAGER with ${factory}`;
    refuse(`variants.${name}.generation`, rule, 'ON_DEMAND', 'nothing there could make the variant when it is asked for; leave generation out');
  }
  if (formats.length > 1) {
    refuse(`variants.${name}.formats`, `must be one format with ${factory}`, formats.join(', '), 'only the first is made at upload, and nothing there could make the others');
  }
}

/** Only a JPEG can have a gain map. */
function checkHasJpeg(name: string, formats: readonly Format[]): void {
  if (formats.includes('jpeg')) return;
  refuse(`variants.${name}.hdr`, 'needs VariantFormat.JPEG among the formats', formats.join(', '), 'add it to formats, or leave hdr out');
}

function checkFormats(option: string, formats?: VariantFormat[]): void {
  checkList(option, formats, '[VariantFormat.WEBP]');
  if (formats?.length === 0) refuse(option, 'must name at least one format', '[]', 'leave it out for what the delivery prefers');
  for (const format of formats ?? []) checkOneOf(option, format, [...VARIANT_FORMATS], 'VariantFormat');
  if (formats && new Set(formats).size < formats.length) refuse(option, 'must name each format once', formats.join(', '), 'the first is preferred');
}

function checkOneOf(option: string, value: string | undefined, values: string[], type: string): void {
  checkKnownText(option, value);
  if (value !== undefined && !values.includes(value)) refuse(option, `must be of ${type} (${values.join(', ')})`, `${value}`, `use a member of ${type}`);
}
