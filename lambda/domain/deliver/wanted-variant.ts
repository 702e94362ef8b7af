import { buildDeliveryPath, type ImageRecord, VARIANT_EXTENSIONS, VARIANT_FORMATS, type VariantDefinition, type VariantFormat } from '../../../src/contract';
import { listFormats } from '../variant-formats';

/** A path of the CDN, taken apart: `/<t>/<u>/<image_id>/<name>.<ext>`. */
export interface WantedPath {
  /** Whether the viewer named the format; else `Accept` chose it. */
  readonly isExact?: boolean;
  readonly image: string;
  readonly imageId: string;
  readonly name: string;
  readonly format: VariantFormat;
}

const PATH = /^((?:\/[a-z0-9_]+){2}\/([A-Za-z0-9.]+))\/([^/]+)\.([a-z]+)$/;

export function parsePath(path: string): WantedPath | undefined {
  const [, image, imageId, name, extension] = PATH.exec(path) ?? [];
  const format = VARIANT_FORMATS.find(known => VARIANT_EXTENSIONS[known] === extension);
  return format && { image, imageId, name, format };
}

/** A rendition that the service makes of an image. */
export interface WantedVariant {
  readonly definition: VariantDefinition;
  readonly format: VariantFormat;
}

/** Undefined unless the image is ready and where the path says, and the service's set has the variant in that format. */
export function findWanted(record: ImageRecord | undefined, path: WantedPath, set: readonly VariantDefinition[]): WantedVariant | undefined {
  const { image, name, format, isExact } = path;
  const definition = set.find(variant => variant.name === name);
  // Of an image that no worker has ever seen nobody looks for variants when it is deleted.
  if (record?.status !== 'ready' || record.attempt === undefined) return undefined;
  if (!definition || buildDeliveryPath(record.object_key) !== image) return undefined;
  const formats = listFormats(definition, record.animated ?? false);
  if (formats.includes(format)) return { definition, format };
  // Whoever accepts AVIF has been sent here without a look at whether the image moves: then it is the next best.
  const isNegotiated = !isExact && format === 'avif' && definition.formats.includes('avif');
  return isNegotiated ? { definition, format: formats[0] } : undefined;
}
