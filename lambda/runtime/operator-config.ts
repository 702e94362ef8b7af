import { type CommonConfig, readCommonConfig } from './config';
import { type Environment, readRequired } from './environment';
import { readVariants } from './worker-config';
import { OPERATOR_ENV, QUEUE_ENV, type VariantDefinition } from '../../src/contract';

export interface OperatorConfig extends CommonConfig {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly surplusQueueUrl: string;
  readonly variants: readonly VariantDefinition[];
}

export function readOperatorConfig(env: Environment): OperatorConfig {
  return {
    ...readCommonConfig(env),
    queueUrl: readRequired(env, QUEUE_ENV.QUEUE_URL),
    deadLetterQueueUrl: readRequired(env, OPERATOR_ENV.DEAD_LETTER_QUEUE_URL),
    surplusQueueUrl: readRequired(env, OPERATOR_ENV.SURPLUS_QUEUE_URL),
    variants: readVariants(env),
  };
}
