import {
  type DeliveryConfig, type InvalidationConfig, readDeliveryConfig, readInvalidationConfig,
} from './delivery-config';
import { splitList, readEnum, readOrigin, readPositive, readRequired, type Environment } from './environment';
import { type AccessMode, ACCESS_MODES, API_ENV, COMMON_ENV, EMULATOR_ENV, PROCESSING_MODES, QUEUE_ENV } from '../../src/contract';
import type { Policy } from '../domain/ports';

export interface CommonConfig {
  readonly region: string;
  readonly bucket: string;
  readonly table: string;
  /** Storage endpoint, if not on AWS: the SDK's own variable, which emulators set in functions. */
  readonly endpoint?: string;
  readonly policy: Policy;
}

export interface ApiConfig extends CommonConfig, InvalidationConfig {
  readonly access: AccessMode;
  readonly delivery: DeliveryConfig;
  /** Storage endpoint for clients, if not on AWS. */
  readonly publicEndpoint?: string;
  readonly accelerate: boolean;
  readonly corsOrigins: readonly string[];
}

export interface SweeperConfig extends CommonConfig, InvalidationConfig {
  /** The queue of uploads for workers; undefined without workers. */
  readonly queueUrl?: string;
}

/** Read once, when the function starts: a mistake shows at the first request, not at the thousandth. */
export function readCommonConfig(env: Environment): CommonConfig {
  return {
    region: readRequired(env, 'AWS_REGION'),
    bucket: readRequired(env, COMMON_ENV.BUCKET),
    table: readRequired(env, COMMON_ENV.TABLE),
    endpoint: env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || undefined,
    policy: {
      accept: splitList(readRequired(env, COMMON_ENV.ACCEPT)),
      maxSize: readPositive(env, COMMON_ENV.MAX_SIZE),
      urlTtlSeconds: readPositive(env, COMMON_ENV.URL_TTL),
      deletedRecordDays: readPositive(env, COMMON_ENV.DELETED_RECORD_DAYS),
      processing: readEnum(env, COMMON_ENV.PROCESSING, PROCESSING_MODES) === 'queue',
    },
  };
}

export function readApiConfig(env: Environment): ApiConfig {
  const common = readCommonConfig(env);
  return {
    ...common,
    ...readInvalidationConfig(env),
    access: readEnum(env, API_ENV.ACCESS, ACCESS_MODES),
    delivery: readDeliveryConfig(env),
    publicEndpoint: readOrigin(env, EMULATOR_ENV.PUBLIC_S3_ENDPOINT) ?? common.endpoint,
    accelerate: env[API_ENV.ACCELERATE] === 'true',
    corsOrigins: splitList(env[API_ENV.CORS_ORIGINS] ?? ''),
  };
}

export function readSweeperConfig(env: Environment): SweeperConfig {
  const common = readCommonConfig(env);
  return {
    ...common,
    ...readInvalidationConfig(env),
    ...common.policy.processing && { queueUrl: readRequired(env, QUEUE_ENV.QUEUE_URL) },
  };
}
