import * as v from 'valibot';
import { readCommonConfig, type CommonConfig } from './config';
import { type InvalidationConfig, readInvalidationConfig } from './delivery-config';
import { readEnum, readPositive, readRequired, type Environment } from './environment';
import {
  computeLongestDecodeSeconds, computeLongestImageSeconds, decodeVariants, EMULATOR_ENV, IMAGE_LIMITS, type ImageLimits,
  QUEUE, QUEUE_ENV,
  SCAN_SECONDS,
  SCANNER_KINDS, type ScannerKind, type VariantDefinition, WORKER_ENV,
} from '../../src/contract';

export interface WorkerConfig extends CommonConfig, InvalidationConfig {
  readonly variants: readonly VariantDefinition[];
  readonly imageLimits: ImageLimits;
  /** The queue of uploads. */
  readonly queueUrl: string;
  readonly maxReceives: number;
  /** Uploads of one owner processed at once, for each of the two queues. */
  readonly share: number;
  readonly lanes: number;
  readonly surplusQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** Timeout of a worker, and the longest time for one image, in milliseconds. */
  readonly timeoutMs: number;
  readonly longestMs: number;
  /** How long the queue hides a received message, in milliseconds. */
  readonly hiddenMs: number;
  /** The longest time of a decoder by the clock. */
  readonly decodeWallSeconds: number;
  readonly scanner: ScannerKind;
  /** Name of the scanning function, if there is one. */
  readonly scannerFunction?: string;
}

const Positive = v.pipe(v.number(), v.gtValue(0));

const Limits = v.object(v.entriesFromList(Object.keys(IMAGE_LIMITS) as (keyof ImageLimits)[], Positive));

export function readWorkerConfig(env: Environment): WorkerConfig {
  const imageLimits = readImageLimits(env);
  const timeoutMs = readPositive(env, WORKER_ENV.TIMEOUT) * 1000;
  const scanner = readEnum(env, WORKER_ENV.SCANNER, SCANNER_KINDS);
  const common = readCommonConfig(env);
  const others = [common.policy.maxSize, SCAN_SECONDS[scanner]] as const;
  return {
    ...common,
    ...readInvalidationConfig(env),
    variants: readVariants(env),
    imageLimits,
    queueUrl: readRequired(env, QUEUE_ENV.QUEUE_URL),
    maxReceives: readPositive(env, WORKER_ENV.MAX_RECEIVES),
    share: readPositive(env, WORKER_ENV.OWNER_SHARE),
    lanes: readPositive(env, WORKER_ENV.OWNER_LANES),
    surplusQueueUrl: readRequired(env, WORKER_ENV.SURPLUS_QUEUE_URL),
    deadLetterQueueUrl: readRequired(env, WORKER_ENV.DEAD_LETTER_QUEUE_URL),
    timeoutMs,
    // The construct makes the timeout long enough for one image; some of it has passed when the first begins.
    longestMs: Math.min(computeLongestImageSeconds(imageLimits, ...others) * 1000, 0.9 * timeoutMs),
    hiddenMs: readHiddenMs(env) ?? timeoutMs * QUEUE.VISIBILITY_PER_TIMEOUT,
    decodeWallSeconds: computeLongestDecodeSeconds(imageLimits, ...others, timeoutMs / 1000),
    scanner,
    ...scanner === 'clamav' && { scannerFunction: readRequired(env, WORKER_ENV.SCANNER_FUNCTION) },
  };
}

function readHiddenMs(env: Environment): number | undefined {
  return env[EMULATOR_ENV.QUEUE_HIDDEN_SECONDS] === undefined
    ? undefined
    : readPositive(env, EMULATOR_ENV.QUEUE_HIDDEN_SECONDS) * 1000;
}

export function readVariants(env: Environment): readonly VariantDefinition[] {
  const text = readRequired(env, WORKER_ENV.VARIANTS);
  try {
    return decodeVariants(text);
  } catch (error) {
    throw new Error(`${WORKER_ENV.VARIANTS} must have the form that the construct writes: ${(error as Error).message}`);
  }
}

export function readImageLimits(env: Environment): ImageLimits {
  return readJson(env, WORKER_ENV.IMAGE_LIMITS, Limits);
}

function readJson<Schema extends v.GenericSchema>(
  env: Environment, name: string, schema: Schema,
): v.InferOutput<Schema> {
  const text = readRequired(env, name);
  const parsed = v.safeParse(schema, parse(text, name), { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new Error(
    `${name} must have the form that the construct writes; ${v.getDotPath(issue) ?? 'the root'} is wrong: ${issue.message}`,
  );
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${name} must be JSON, got: ${text.slice(0, 100)}`);
  }
}
