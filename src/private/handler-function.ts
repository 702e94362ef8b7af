import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { COMMON_ENV, METRICS_NAMESPACE } from '../contract';
import type { FindHandler } from './handler-code';
import { suppress, type Suppression } from './nag';

/** The rules of uploads that every handler holds images to. */
export interface UploadPolicy {
  readonly contentTypes: string[];
  readonly maxSize: Size;
  readonly urlTtl: Duration;
}

export interface HandlerFunctionProps {
  /** Folder of the handler in `assets/`. */
  readonly handler: string;
  readonly description: string;
  readonly code: FindHandler;
  readonly memory: Size;
  readonly timeout: Duration;
  readonly uploads: UploadPolicy;
  readonly environment?: Record<string, string>;
  readonly reservedConcurrency?: number;
}

const SUPPRESSIONS: Suppression[] = [
  { id: 'Serverless-LambdaDLQ', reason: 'The API function is called synchronously, and the next run of the sweeper does what one could not.' },
  { id: 'Serverless-LambdaAsyncFailureDestination', reason: 'The API function is called synchronously, and the next run of the sweeper does what one could not.' },
];

/** One of our handlers: a role and a log group of its own, nothing that others can use. */
export class HandlerFunction extends Construct {
  public readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Logs', { retention: logs.RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.function = new lambda.Function(this, 'Function', {
      description: props.description,
      ...props.code(props.handler),
      memorySize: props.memory.toMebibytes(),
      timeout: props.timeout,
      reservedConcurrentExecutions: props.reservedConcurrency,
      tracing: lambda.Tracing.ACTIVE,
      environment: { ...commonEnvironment(props.uploads), ...props.environment },
      role,
      logGroup,
    });
    suppress(role, { id: 'AwsSolutions-IAM5', reason: 'X-Ray has no resources to name.', appliesTo: ['Resource::*'] });
    suppress(this.function, ...SUPPRESSIONS);
  }
}

/** All but the names of bucket and table, which come with the grants. */
function commonEnvironment({ contentTypes, maxSize, urlTtl }: UploadPolicy): Record<string, string> {
  return {
    [COMMON_ENV.LOG_LEVEL]: 'INFO',
    [COMMON_ENV.SERVICE_NAME]: 'cdk-image-service',
    [COMMON_ENV.METRICS_NAMESPACE]: METRICS_NAMESPACE,
    [COMMON_ENV.ACCEPT]: contentTypes.join(','),
    [COMMON_ENV.MAX_SIZE]: `${maxSize.toBytes()}`,
    [COMMON_ENV.URL_TTL]: `${urlTtl.toSeconds()}`,
  };
}
