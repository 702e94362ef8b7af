import { ACCESS_MODES, API_ENV, COMMON_ENV, EMULATOR_ENV, PROCESSING_MODES } from '../../src/contract';
import type { Policy } from '../domain/ports';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface CommonConfig {
  readonly region: string;
  readonly bucket: string;
  readonly table: string;
  /** Where storage is, if not on AWS: the SDK's own variable, which emulators set in functions. */
  readonly endpoint?: string;
  readonly policy: Policy;
}

export interface ApiConfig extends CommonConfig {
  /** Where clients reach storage, if not on AWS. */
  readonly publicEndpoint?: string;
  readonly accelerate: boolean;
  readonly corsOrigins: readonly string[];
}

/** Read once, when the function starts: what is wrong shows at the first request, not at the thousandth. */
export function readCommonConfig(env: Environment): CommonConfig {
  return {
    region: required(env, 'AWS_REGION'),
    bucket: required(env, COMMON_ENV.BUCKET),
    table: required(env, COMMON_ENV.TABLE),
    endpoint: env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || undefined,
    policy: {
      accept: list(required(env, COMMON_ENV.ACCEPT)),
      maxSize: positive(env, COMMON_ENV.MAX_SIZE),
      urlTtlSeconds: positive(env, COMMON_ENV.URL_TTL),
      deletedRecordDays: positive(env, COMMON_ENV.DELETED_RECORD_DAYS),
      processing: oneOf(env, COMMON_ENV.PROCESSING, PROCESSING_MODES) === 'queue',
    },
  };
}

export function readApiConfig(env: Environment): ApiConfig {
  oneOf(env, API_ENV.ACCESS, ACCESS_MODES);
  const common = readCommonConfig(env);
  return {
    ...common,
    publicEndpoint: origin(env, EMULATOR_ENV.PUBLIC_S3_ENDPOINT) ?? common.endpoint,
    accelerate: env[API_ENV.ACCELERATE] === 'true',
    corsOrigins: list(env[API_ENV.CORS_ORIGINS] ?? ''),
  };
}

export function required(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`${name} must be set, got: ${JSON.stringify(value)}`);
  return value;
}

function oneOf<T extends string>(env: Environment, name: string, values: readonly T[]): T {
  const value = required(env, name);
  if (!(values as readonly string[]).includes(value)) throw new Error(`${name} must be one of ${values.join(', ')}, got: ${value}`);
  return value as T;
}

export function positive(env: Environment, name: string): number {
  const value = Number(required(env, name));
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} must be a whole number of at least 1, got: ${env[name]}`);
  return value;
}

/** SigV4 signs the host: a path or a query after it would be lost from every URL. */
function origin(env: Environment, name: string): string | undefined {
  const value = env[name];
  if (!value) return undefined;
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  if (parsed && ['http:', 'https:'].includes(parsed.protocol) && parsed.href === `${parsed.origin}/`) return parsed.origin;
  throw new Error(`${name} must be an http or https origin such as http://localhost:4566, got: ${value}`);
}

function list(value: string): string[] {
  return value.split(',').map(item => item.trim()).filter(item => item !== '');
}
