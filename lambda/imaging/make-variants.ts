import { createHash } from 'node:crypto';
import { checkCost, checkLimits } from './check-limits';
import type { DecoderPool } from './decoder/pool';
import { DECODERS } from './decoder/versions';
import { FORMAT_NAMES, type Header } from './header';
import { readHeader } from './headers';
import type { ImageJob, ProcessedImage, StepTimes } from './pipeline/job';
import { plan, planOne } from './pipeline/plan';
import { RejectionError } from './rejection-error';
import { sniff } from './sniff';
import type { ImageLimits, ImageType, Rejection, RejectionCode, VariantDefinition } from '../../src/contract';
import { explainRejection } from '../domain/explain-rejection';
import type { Imaging, MadeImage } from '../domain/ports';
import { listFormats } from '../domain/variant-formats';
import { computeSettings } from '../domain/variant-settings';

export interface ImagingOptions {
  readonly variants: readonly VariantDefinition[];
  readonly limits: ImageLimits;
  readonly decoders: Pick<DecoderPool, 'decode'>;
  /** Receives how long the steps of an image took, when it is made. */
  readonly onMade?: (times: StepTimes) => void;
}

const FINGERPRINT_LENGTH = 12;

/** They count as one type: an earlier release may have recorded one as the other. */
const HEIF = new Set<ImageType>(['image/heic', 'image/heif']);

/**
 * The domain's port: our parsers run first, in this process; decoders run in their own. Every rejection message is
 * ours.
 */
export function createImaging({ variants, limits, decoders, onMade }: ImagingOptions): Imaging {
  return {
    variants,
    limits: computeFingerprint(limits),
    inspect: (original, type) => {
      try {
        return { header: inspect(original, type, limits) };
      } catch (error) {
        return { rejection: toRejection(error) };
      }
    },
    make: async (original, header, wanted, format) => {
      const renditions = format && wanted.map(({ name: variant }) => ({ variant, format }));
      const job: ImageJob = { bytes: original, header: header as Header, variants: wanted, renditions };
      try {
        checkCost(job.header, plan(job, { ...job.header, animated: job.header.frames > 1 }), limits);
        const { times, ...image } = await decoders.decode(job);
        if (times) onMade?.(times);
        return buildMadeImage(image, wanted);
      } catch (error) {
        return { rejection: toRejection(error), isFatal: (error as RejectionError).isFatal };
      }
    },
    plan: (variant, image) => {
      const [format] = listFormats(variant, image.animated);
      return {
        name: variant.name,
        format,
        ...planOne(variant, format, image).size,
        settings: computeSettings(variant),
      };
    },
  };
}

/** Checks the bytes against the type that confirm recorded: the bytes choose the parser and the decoder. */
function inspect(original: Uint8Array, expected: ImageType, limits: ImageLimits): Header {
  const type = sniff(original);
  if (type === undefined) {
    throw rejectType(
      'UNSUPPORTED_TYPE', expected, `no supported type. Supported types: ${Object.values(FORMAT_NAMES).join(', ')}`,
    );
  }
  if (type !== expected && !(HEIF.has(type) && HEIF.has(expected))) {
    throw rejectType('TYPE_MISMATCH', expected, `${FORMAT_NAMES[type]}: the types must match`);
  }
  const header = readHeader(original, type);
  checkLimits(header, limits);
  return header;
}

function rejectType(code: RejectionCode, expected: ImageType, found: string): RejectionError {
  const name = FORMAT_NAMES[expected];
  return new RejectionError(
    code,
    explainRejection(`The image was confirmed as ${name}, but its bytes are of ${found}`, `a file of type ${name}`),
  );
}

/** Rethrows every error that is not a verdict on the image: it is our fault. */
function toRejection(error: unknown): Rejection {
  if (!(error instanceof RejectionError)) throw error;
  return { code: error.code, message: error.message };
}

function buildMadeImage({ variants, ...facts }: ProcessedImage, wanted: readonly VariantDefinition[]): MadeImage {
  const settings = new Map(wanted.map(definition => [definition.name, computeSettings(definition)]));
  return { facts, variants: variants.map(variant => ({ ...variant, settings: settings.get(variant.name)! })) };
}

/**
 * The order of limits does not matter. Other decoder versions change the fingerprint, since they may decode an image
 * that these fail on.
 */
export function computeFingerprint(limits: ImageLimits, decoders: Readonly<Record<string, string>> = DECODERS): string {
  const sorted = JSON.stringify([limits, decoders].map(each => Object.entries(each).sort()));
  return createHash('sha256').update(sorted).digest('hex').slice(0, FINGERPRINT_LENGTH);
}
