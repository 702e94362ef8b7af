import type { Duration, Size } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { COMMON_ENV, METRICS_NAMESPACE } from '../contract';
import { checkEnvironmentSize } from './environment-size';
import { grantNetworkInterfaces } from './function-network';
import type { FunctionSettings } from './function-settings';
import type { HandlerCode } from './handler-code';
import { makeLogGroup } from './log-group';
import type { LogSettings } from './log-settings';
import { suppress, type Suppression } from './nag';
import { type FunctionTraces, UNTRACED } from './trace-settings';
import { throwOptionError } from './validate';

/** The rules of uploads that every handler enforces. */
export interface UploadPolicy {
  readonly contentTypes: string[];
  readonly maxSize: Size;
  readonly urlTtl: Duration;
}

export interface HandlerFunctionProps {
  /** Folder of the handler in `assets/`. */
  readonly handler: string;
  readonly description: string;
  readonly functionSettings: FunctionSettings;
  readonly memory: Size;
  readonly timeout: Duration;
  /** Without it the function gets only the variables in `environment`. */
  readonly uploads?: UploadPolicy;
  readonly ephemeralStorage?: Size;
  readonly environment?: Record<string, string>;
  readonly reservedConcurrency?: number;
}

const NO_DEAD_LETTERS: Suppression = {
  rules: ['Serverless-LambdaDLQ', 'Serverless-LambdaAsyncFailureDestination', 'CKV_AWS_116'],
  reason: 'Synchronous callers receive the error, the upload queue has a dead-letter queue, and the next scheduled run repeats a failed one.',
};

const OUTSIDE_VPC: Suppression = {
  rules: ['CKV_AWS_117'],
  reason: 'The function calls AWS APIs with IAM only, and no network can reach it; a VPC would only add the cost of endpoints.',
};

const SUPPRESSIONS: Suppression[] = [
  {
    rules: ['CKV_AWS_173'],
    reason: 'The environment contains names and limits, no secrets, and Lambda encrypts it at rest by default.',
  },
  { rules: ['W3005'], reason: 'CDK makes every function depend on its role, because the policies of the role must exist first.' },
];

const NOT_RESERVED: Suppression = {
  rules: ['CKV_AWS_115'],
  reason: 'Reserved concurrency is taken from the rest of the account. API methods are throttled, queues limit the workers, and sweepers run one at a time.',
};

const X_RAY: Suppression = {
  rules: ['AwsSolutions-IAM5'],
  reason: 'X-Ray actions do not support resource-level permissions.',
  appliesTo: ['Resource::*'],
};

const NETWORK_INTERFACES: Suppression = {
  ...X_RAY,
  reason: 'The ec2 actions that Lambda needs to list network interfaces do not support resource-level permissions.',
};

/** A Lambda function with its own role and log group. */
export class HandlerFunction extends Construct {
  public readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const { logs, traces, network } = props.functionSettings;
    const code = props.functionSettings.code(props.handler);
    checkLayer(code, traces);
    const logGroup = makeLogGroup(this, 'Logs', logs);
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    if (network) grantNetworkInterfaces(role);
    this.function = new lambda.Function(this, 'Function', {
      description: props.description,
      ...code,
      memorySize: props.memory.toMebibytes(),
      timeout: props.timeout,
      ephemeralStorageSize: props.ephemeralStorage,
      reservedConcurrentExecutions: props.reservedConcurrency,
      tracing: traces.isActive ? lambda.Tracing.ACTIVE : undefined,
      layers: traces.layer && [traces.layer],
      environment: {
        ...traces.environment,
        ...buildTelemetryEnvironment(logs),
        ...(props.uploads && buildUploadEnvironment(props.uploads)),
        ...props.environment,
      },
      role,
      logGroup,
      vpc: network?.vpc,
      vpcSubnets: network?.vpcSubnets,
      securityGroups: network?.securityGroups,
    });
    checkEnvironmentSize(this.function);
    if (traces.isActive || network) suppress(role, traces.isActive ? X_RAY : NETWORK_INTERFACES);
    suppress(this.function, NO_DEAD_LETTERS, ...(network ? [] : [OUTSIDE_VPC]), ...SUPPRESSIONS);
    if (props.reservedConcurrency === undefined) suppress(this.function, NOT_RESERVED);
    if (!traces.isActive) suppress(this.function, UNTRACED);
  }
}

/** A container image has no layers: Lambda would reject the function. */
function checkLayer({ runtime }: HandlerCode, { layer }: FunctionTraces): void {
  if (!layer || runtime !== lambda.Runtime.FROM_IMAGE) return;
  const fix = 'use Compute.zip(), or Tracing.xray()';
  throwOptionError('monitoring.tracing', 'must not have a layer with container images', layer.layerVersionArn, fix);
}

/** Variables that Powertools reads. */
function buildTelemetryEnvironment({ level }: LogSettings): Record<string, string> {
  return {
    [COMMON_ENV.LOG_LEVEL]: level,
    [COMMON_ENV.SERVICE_NAME]: 'cdk-image-service',
    [COMMON_ENV.METRICS_NAMESPACE]: METRICS_NAMESPACE,
  };
}

/** Grants add the names of the bucket and the table. */
function buildUploadEnvironment({ contentTypes, maxSize, urlTtl }: UploadPolicy): Record<string, string> {
  return {
    [COMMON_ENV.ACCEPT]: contentTypes.join(','),
    [COMMON_ENV.MAX_SIZE]: `${maxSize.toBytes()}`,
    [COMMON_ENV.URL_TTL]: `${urlTtl.toSeconds()}`,
  };
}
