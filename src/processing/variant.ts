import type { IDelivery } from './interfaces';
import { type VariantDefinition, type VariantFormat as Format, VARIANT_FORMATS } from '../contract';
import {
  checkBoolean, checkKnownText, checkList, checkWholeNumber, makeFromOptions, listOptionNames, throwOptionError,
  withOptionPath,
} from '../private/validate';

/** A format that variants can be made in. */
export enum VariantFormat {
  /** AVIF: the smallest files, at the most CPU time. Animations are never AVIF: they are WebP. */
  AVIF = 'avif',
  /** WebP: small, and every browser shows it. An animation stays animated. */
  WEBP = 'webp',
  /** JPEG: without transparency, which becomes white. The only format that can keep a gain map (`hdr`). */
  JPEG = 'jpeg',
  /** PNG: lossless. */
  PNG = 'png',
}

/** How an image fits into the box of a variant. Images are never enlarged. */
export enum VariantFit {
  /** Keeps the whole image, within the box. */
  INSIDE = 'inside',
  /** Fills the box and crops the rest. `position` chooses the part that is kept. */
  COVER = 'cover',
}

/** The part of an image that a variant with `VariantFit.COVER` keeps. */
export enum VariantPosition {
  /** The center. */
  CENTER = 'center',
  /** The part that draws attention: edges, saturated colours and skin tones. */
  ATTENTION = 'attention',
  /** The part with the highest entropy, that is, the most detail. */
  ENTROPY = 'entropy',
}

/** When a variant is made. */
export enum VariantGeneration {
  /** At upload, before the image is ready. */
  EAGER = 'eager',
  /** At the first request for it. */
  ON_DEMAND = 'on-demand',
}

/** Options of a variant. Set `width`, `height` or both. */
export interface VariantOptions {
  /**
   * Width of the box in pixels, from 1 to 8192.
   * @default - as `height`: the box is a square, so `VariantFit.INSIDE` limits the longer edge
   */
  readonly width?: number;

  /**
   * Height of the box in pixels, from 1 to 8192.
   * @default - as `width`: the box is a square, so `VariantFit.INSIDE` limits the longer edge
   */
  readonly height?: number;

  /**
   * How the upright image fits into the box. Images are never enlarged.
   * @default VariantFit.INSIDE
   */
  readonly fit?: VariantFit;

  /**
   * The part of the image that the crop keeps. `VariantFit.COVER` only. The first frame of an animation decides for all
   * frames.
   * @default VariantPosition.CENTER
   */
  readonly position?: VariantPosition;

  /**
   * Formats in order of preference, at least one. The worker makes the first at upload. The others are made at the
   * first request for them, so `Delivery.presignedOnly()` allows one format only. A browser gets AVIF or WebP if its
   * Accept header names them, else the last format in this list that it accepts.
   * @default - AVIF, WebP and JPEG with `Delivery.cloudFront()`, WebP with `Delivery.presignedOnly()`
   */
  readonly formats?: VariantFormat[];

  /**
   * Quality of the lossy formats, from 1 to 100. PNG ignores it.
   * @default - AVIF 55, or 64 below 160 × 160 pixels; WebP and JPEG 81
   */
  readonly quality?: number;

  /**
   * When the first format is made. `ON_DEMAND` saves the cost of variants that are seldom requested, but the first
   * request has to wait. It needs `Delivery.cloudFront()`. `retention.onDemandVariants` sets how long such a variant is
   * kept.
   * @default VariantGeneration.EAGER
   */
  readonly generation?: VariantGeneration;

  /**
   * Whether an animation stays animated, as a WebP. Needs WebP or AVIF among `formats`. Otherwise the variant shows the
   * first frame.
   * @default true
   */
  readonly animated?: boolean;

  /**
   * Whether JPEGs of the variant keep the gain map of an Ultra HDR original (ISO 21496-1), resized with the image. HDR
   * screens then show its highlights. Needs JPEG among `formats`. AVIF and WebP stay SDR, and most browsers prefer
   * them: use `[VariantFormat.JPEG]` to deliver HDR to every browser. The variant is SDR if the map is missing or
   * damaged.
   * @default false
   */
  readonly hdr?: boolean;
}

const OPTIONS = listOptionNames<VariantOptions>({
  width: true,
  height: true,
  fit: true,
  position: true,
  formats: true,
  quality: true,
  generation: true,
  animated: true,
  hdr: true,
});

const NAME = /^[a-z][a-z0-9-]{0,31}$/;
const SIDE = { min: 1, max: 8192, fix: 'give the box in pixels; images are never enlarged' };

/**
 * One named rendition of every image. The set is closed: clients cannot request other sizes, so they cannot make the
 * service resize at will.
 */
export class Variant {
  /**
   * Defines a variant. Its URLs are immutable: use a new name when you change its options.
   * @param name lower-case letters, digits and hyphens, a letter first, at most 32 characters. It is part of keys and
   * URLs, so it cannot be a token.
   * @throws if the name or an option breaks a rule; the error names the option, the rule, the value and the fix
   */
  public static of(name: string, options: VariantOptions): Variant {
    return withOptionPath('variants', () => new Variant(name, options));
  }

  /** The name in keys, URLs and API answers. */
  public readonly name: string;
  private readonly options: VariantOptions;

  private constructor(name: string, options: VariantOptions) {
    checkKnownText('name', name);
    // Plain JavaScript can pass any type, and a pattern would test the text that the value converts to.
    if (typeof name !== 'string' || !NAME.test(name)) {
      throwOptionError(
        'name', `must match ${NAME.source}`, JSON.stringify(name) ?? 'undefined', 'it is part of keys and URLs',
      );
    }
    this.name = name;
    this.options = options ?? {};
    makeFromOptions(`variants.${name}`, 'Variant.of()', this.options, OPTIONS, () => checkOptions(this.options));
  }

  /**
   * Describes the variant in one line, for messages.
   * @internal
   */
  public _describe(): string {
    const { width, height, fit = VariantFit.INSIDE } = this.options;
    return `'${this.name}' (${width ?? height} × ${height ?? width}, ${fit})`;
  }

  /**
   * The variant, with the defaults of the delivery.
   * @throws if the delivery cannot make it at the time that `generation` sets
   * @internal
   */
  public _define(delivery: IDelivery): VariantDefinition {
    const { width, height, formats, quality, animated = true, hdr } = this.options;
    const {
      fit = VariantFit.INSIDE, position = VariantPosition.CENTER, generation = VariantGeneration.EAGER,
    } = this.options;
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

function checkOptions(
  { width, height, formats, quality, fit, position, generation, animated, hdr }: VariantOptions,
): void {
  if (width === undefined && height === undefined) {
    throwOptionError('width', "or 'height' must be given", 'neither', 'set one of them: it limits both edges');
  }
  checkWholeNumber('width', width, SIDE);
  checkWholeNumber('height', height, SIDE);
  checkWholeNumber('quality', quality, { min: 1, max: 100, fix: 'leave it out for the default of each format' });
  checkFormats('formats', formats);
  // Plain JavaScript can pass any value.
  checkMember('fit', fit, Object.values(VariantFit), 'VariantFit');
  checkMember('position', position, Object.values(VariantPosition), 'VariantPosition');
  if ((position ?? VariantPosition.CENTER) !== VariantPosition.CENTER && fit !== VariantFit.COVER) {
    throwOptionError(
      'position',
      'needs VariantFit.COVER',
      `fit ${fit ?? VariantFit.INSIDE}`,
      'VariantFit.INSIDE crops nothing; set fit, or leave position out',
    );
  }
  checkMember('generation', generation, Object.values(VariantGeneration), 'VariantGeneration');
  checkBoolean('animated', animated);
  checkBoolean('hdr', hdr);
}

/** Without a transform function, a variant on demand would never exist. */
function checkMadeAtUpload(name: string, { generation, formats = [] }: VariantOptions, factory: string): void {
  if (generation === VariantGeneration.ON_DEMAND) {
    const rule = `must be VariantGeneration.EAGER with ${factory}`;
    throwOptionError(
      `variants.${name}.generation`,
      rule,
      'ON_DEMAND',
      'it has no transform function; leave generation out',
    );
  }
  if (formats.length > 1) {
    throwOptionError(
      `variants.${name}.formats`,
      `must be one format with ${factory}`,
      formats.join(', '),
      'it has no transform function, so only the first format is made; name one format',
    );
  }
}

/** Only a JPEG can have a gain map. */
function checkHasJpeg(name: string, formats: readonly Format[]): void {
  if (formats.includes('jpeg')) return;
  throwOptionError(
    `variants.${name}.hdr`,
    'needs VariantFormat.JPEG among the formats',
    formats.join(', '),
    'add it to formats, or leave hdr out',
  );
}

function checkFormats(option: string, formats?: VariantFormat[]): void {
  checkList(option, formats, '[VariantFormat.WEBP]');
  if (formats?.length === 0) {
    throwOptionError(option, 'must name at least one format', '[]', 'leave it out for the default of the delivery');
  }
  for (const format of formats ?? []) checkMember(option, format, [...VARIANT_FORMATS], 'VariantFormat');
  if (formats && new Set(formats).size < formats.length) {
    throwOptionError(
      option, 'must name each format once', formats.join(', '), 'remove the duplicate; the first is preferred',
    );
  }
}

function checkMember(option: string, value: string | undefined, values: string[], type: string): void {
  checkKnownText(option, value);
  if (value !== undefined && !values.includes(value)) {
    throwOptionError(option, `must be of ${type} (${values.join(', ')})`, `${value}`, `use a member of ${type}`);
  }
}
