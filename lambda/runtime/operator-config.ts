import { type CommonConfig, readCommonConfig } from './config';
import { required } from './environment';
import { OPERATOR_ENV, QUEUE_ENV, type VariantDefinition } from '../../src/contract';

export interface OperatorConfig extends CommonConfig {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly variants: readonly VariantDefinition[];
}

export function readOperatorConfig(env: Readonly<Record<string, string | undefined>>): OperatorConfig {
  return {
    ...readCommonConfig(env),
    queueUrl: required(env, QUEUE_ENV.QUEUE_URL),
    deadLetterQueueUrl: required(env, OPERATOR_ENV.DEAD_LETTER_QUEUE_URL),
    variants: JSON.parse(required(env, OPERATOR_ENV.VARIANTS)) as VariantDefinition[],
  };
}
