import { RemovalPolicy, Token } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DEFAULT_LOG_SETTINGS, type LogSettings } from '../private/log-settings';
import { checkResource, describeValue, throwOptionError, type ResourceKind } from '../private/validate';

/** Options of all logs of a service: of each function, of API requests, and of errors of API Gateway. */
export interface LogOptions {
  /**
   * Least level of the functions' log lines: `DEBUG`, `INFO`, `WARN` or `ERROR`. At `WARN` and above, the lines of
   * single requests and images are missing.
   * @default 'INFO'
   */
  readonly logLevel?: string;

  /**
   * How long log lines are kept.
   * @default logs.RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * Symmetric KMS key of the log groups, in the Region of the service. A key of this app gets the statement that lets
   * CloudWatch Logs use it for the log groups of this account and Region. For an imported key, a warning prints it.
   * @default - a key that CloudWatch Logs owns, which costs nothing
   */
  readonly logGroupKey?: kms.IKey;

  /**
   * Whether log groups stay when the stack or a function is deleted: `DESTROY`, `RETAIN` or
   * `RETAIN_ON_UPDATE_OR_DELETE`.
   * @default RemovalPolicy.DESTROY
   */
  readonly logRemovalPolicy?: RemovalPolicy;
}

/** For `listOptionNames` of the struct that has these options. */
export const LOG_OPTIONS = {
  logLevel: true, logRetention: true, logGroupKey: true, logRemovalPolicy: true,
} as const satisfies Record<keyof LogOptions, true>;

const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'];
const RETENTIONS = Object.values(RetentionDays).filter(value => typeof value === 'number');
const POLICIES: string[] = [
  RemovalPolicy.DESTROY, RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
];
const KEY_KIND: ResourceKind = {
  kind: 'kms.IKey',
  member: 'keyArn',
  example: "kms.Key.fromKeyArn(this, 'Key', 'arn:…')",
};

/** Checks the options of logs, and completes them with their defaults. */
export function buildLogSettings(options: LogOptions): LogSettings {
  const { logLevel, logRetention, logGroupKey, logRemovalPolicy } = options;
  checkLevel(logLevel);
  checkRetention(logRetention);
  checkResource('logGroupKey', logGroupKey, KEY_KIND);
  checkRemovalPolicy(logRemovalPolicy);
  return {
    level: logLevel ?? DEFAULT_LOG_SETTINGS.level,
    retention: logRetention ?? DEFAULT_LOG_SETTINGS.retention,
    encryptionKey: logGroupKey,
    removalPolicy: logRemovalPolicy ?? DEFAULT_LOG_SETTINGS.removalPolicy,
  };
}

/** A token passes, for a parameter of the stack. */
function checkLevel(level: unknown): void {
  if (level === undefined || Token.isUnresolved(level) || LEVELS.includes(level as string)) return;
  throwOptionError('logLevel', 'must be DEBUG, INFO, WARN or ERROR', describeValue(level), "write it like 'INFO'");
}

/** CloudWatch Logs accepts these numbers of days only. */
function checkRetention(retention: unknown): void {
  if (retention === undefined || RETENTIONS.includes(retention as number)) return;
  const rule = 'must be a number of days that CloudWatch Logs knows';
  throwOptionError('logRetention', rule, describeValue(retention), 'write it like logs.RetentionDays.THREE_MONTHS');
}

function checkRemovalPolicy(policy: unknown): void {
  if (policy === undefined || POLICIES.includes(policy as string)) return;
  const rule = 'must be DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE';
  throwOptionError('logRemovalPolicy', rule, describeValue(policy), 'log groups have no snapshots; RETAIN keeps the logs');
}
