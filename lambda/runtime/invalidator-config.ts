import { type Environment, required } from './environment';
import { INVALIDATOR_ENV } from '../../src/contract';

export interface InvalidatorConfig {
  readonly table: string;
  readonly distributionId: string;
}

export function readInvalidatorConfig(env: Environment): InvalidatorConfig {
  return { table: required(env, INVALIDATOR_ENV.TABLE), distributionId: required(env, INVALIDATOR_ENV.DISTRIBUTION) };
}
