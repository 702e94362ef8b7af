import { RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** Settings of all logs of a service. */
export interface LogSettings {
  readonly retention: RetentionDays;
  /** Undefined: CloudWatch Logs encrypts with a key of its own. */
  readonly encryptionKey?: kms.IKey;
  readonly removalPolicy: RemovalPolicy;
  /** Least level of the functions' log lines, as Powertools names it, such as `INFO`. */
  readonly level: string;
}

export const DEFAULT_LOG_SETTINGS: LogSettings = {
  retention: RetentionDays.ONE_MONTH,
  removalPolicy: RemovalPolicy.DESTROY,
  level: 'INFO',
};
