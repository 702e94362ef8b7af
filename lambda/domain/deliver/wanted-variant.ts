import {
  buildDeliveryPath, type ImageRecord, PUBLIC_SEGMENT, VARIANT_EXTENSIONS, VARIANT_FORMATS, type VariantDefinition,
  type VariantFormat,
} from '../../../src/contract';
import { isPublic } from '../publication';
import { listFormats } from '../variant-formats';

/** The parts of a CDN path: `[/public]/<t>/<u>/<image_id>/<name>.<ext>`. */
export interface WantedPath {
  /** Whether the viewer named the format; else `Accept` chose it. */
  readonly isExact?: boolean;
  /** Whether the path needs no signature: it begins with `/public/`. */
  readonly isPublic: boolean;
  /** Path of the image, without `/public`. */
  readonly image: string;
  readonly imageId: string;
  readonly name: string;
  readonly format: VariantFormat;
}

const PATH = new RegExp(`^(/${PUBLIC_SEGMENT})?((?:/[a-z0-9_]+){2}/([A-Za-z0-9.]+))/([^/]+)\\.([a-z]+)$`);

export function parsePath(path: string): WantedPath | undefined {
  const [, open, image, imageId, name, extension] = PATH.exec(path) ?? [];
  const format = VARIANT_FORMATS.find(known => VARIANT_EXTENSIONS[known] === extension);
  return format && { isPublic: open !== undefined, image, imageId, name, format };
}

/** A variant of the service's set in one format. */
export interface WantedVariant {
  readonly definition: VariantDefinition;
  readonly format: VariantFormat;
}

/**
 * Undefined unless the image is ready, the path is its own, and the service's set has the variant in that format. A
 * path below `/public/` also needs a public image.
 */
export function findWanted(
  record: ImageRecord | undefined, path: WantedPath, set: readonly VariantDefinition[],
): WantedVariant | undefined {
  const { image, name, format, isExact } = path;
  const definition = set.find(variant => variant.name === name);
  // A delete looks for variants only if a worker has claimed the image before.
  if (record?.status !== 'ready' || record.attempt === undefined) return undefined;
  if (!definition || buildDeliveryPath(record.object_key) !== image) return undefined;
  if (path.isPublic && !isPublic(record)) return undefined;
  const formats = listFormats(definition, record.animated ?? false);
  if (formats.includes(format)) return { definition, format };
  // For viewers that accept AVIF, the edge function asked for AVIF without knowing whether the image is an animation:
  // then it is the next best format.
  const isNegotiated = !isExact && format === 'avif' && definition.formats.includes('avif');
  return isNegotiated ? { definition, format: formats[0] } : undefined;
}
