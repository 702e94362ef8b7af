import { type Environment, readPositive, readRequired } from './environment';
import { readImageLimits, readVariants } from './worker-config';
import {
  type ImageLimits, computeLongestDecodeSeconds, TRANSFORM_ENV, type VariantDefinition,
} from '../../src/contract';

export interface TransformConfig {
  readonly bucket: string;
  readonly table: string;
  /** Storage endpoint, if not on AWS. */
  readonly endpoint?: string;
  readonly variants: readonly VariantDefinition[];
  readonly imageLimits: ImageLimits;
  /** The longest time of a decoder by the clock. */
  readonly decodeWallSeconds: number;
  readonly timeoutMs: number;
  readonly invalidationQueueUrl: string;
}

export function readTransformConfig(env: Environment): TransformConfig {
  const imageLimits = readImageLimits(env);
  const seconds = readPositive(env, TRANSFORM_ENV.TIMEOUT);
  return {
    bucket: readRequired(env, TRANSFORM_ENV.BUCKET),
    table: readRequired(env, TRANSFORM_ENV.TABLE),
    endpoint: env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || undefined,
    variants: readVariants(env),
    imageLimits,
    decodeWallSeconds: computeLongestDecodeSeconds(imageLimits, 0, 0, seconds),
    timeoutMs: seconds * 1000,
    invalidationQueueUrl: readRequired(env, TRANSFORM_ENV.INVALIDATION_QUEUE_URL),
  };
}
