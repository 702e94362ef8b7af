import { type Environment, readPositive, readRequired } from './environment';
import { CLAMAV_ENV } from '../../src/contract';

export interface DefinitionsConfig {
  readonly definitionsBucket: string;
  /** Whether storage is an emulator without a host name for each bucket. */
  readonly forcePathStyle: boolean;
}

export interface ScanConfig extends DefinitionsConfig {
  readonly bucket: string;
  readonly maxBytes: number;
  readonly maxDefinitionsAgeMs: number;
}

export interface RefreshConfig extends DefinitionsConfig {
  /** A private mirror; undefined for ClamAV's own distribution. */
  readonly mirror?: string;
}

/** Configuration of the function that refreshes the definitions. */
export function readRefreshConfig(env: Environment): RefreshConfig {
  return { ...readDefinitionsConfig(env), mirror: env[CLAMAV_ENV.MIRROR] || undefined };
}

/** Configuration of both functions. */
function readDefinitionsConfig(env: Environment): DefinitionsConfig {
  return {
    definitionsBucket: readRequired(env, CLAMAV_ENV.DEFINITIONS_BUCKET),
    forcePathStyle: Boolean(env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL),
  };
}

/** Configuration of the function that scans. */
export function readScanConfig(env: Environment): ScanConfig {
  return {
    ...readDefinitionsConfig(env),
    bucket: readRequired(env, CLAMAV_ENV.BUCKET),
    maxBytes: readPositive(env, CLAMAV_ENV.MAX_SIZE),
    maxDefinitionsAgeMs: readPositive(env, CLAMAV_ENV.MAX_DEFINITIONS_AGE) * 3_600_000,
  };
}
