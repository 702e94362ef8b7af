import { type Environment, readRequired } from './environment';
import { INVALIDATOR_ENV } from '../../src/contract';

export interface InvalidatorConfig {
  readonly table: string;
  readonly distributionId: string;
}

export function readInvalidatorConfig(env: Environment): InvalidatorConfig {
  return {
    table: readRequired(env, INVALIDATOR_ENV.TABLE),
    distributionId: readRequired(env, INVALIDATOR_ENV.DISTRIBUTION),
  };
}
