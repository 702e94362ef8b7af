import { createHash } from 'node:crypto';
import {
  GetEventSourceMappingCommand, GetFunctionCommand, GetFunctionUrlConfigCommand, GetPolicyCommand, LambdaClient,
} from '@aws-sdk/client-lambda';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Resource } from './inspector';
import { buildClientOptions, readDeployment } from '../deployment';

const client = new LambdaClient(buildClientOptions(readDeployment()));
const s3 = new S3Client({ ...buildClientOptions(readDeployment()), forcePathStyle: true });

export async function inspectZipFunction({ id, written }: Resource) {
  const { Configuration = {} } = await client.send(new GetFunctionCommand({ FunctionName: id }));
  const { CodeSha256, Layers, LoggingConfig } = Configuration;
  return {
    Architectures: Configuration.Architectures,
    // Lambda does not keep the location of its code.
    Code: CodeSha256 === await computeObjectSha256(written.Code) ? written.Code : { CodeSha256 },
    Description: Configuration.Description,
    Environment: Configuration.Environment,
    Handler: Configuration.Handler,
    Layers: Layers?.map(({ Arn }) => Arn),
    LoggingConfig: { LogGroup: LoggingConfig?.LogGroup },
    MemorySize: Configuration.MemorySize,
    Role: Configuration.Role,
    Runtime: Configuration.Runtime,
    Timeout: Configuration.Timeout,
    TracingConfig: Configuration.TracingConfig,
  };
}

async function computeObjectSha256({ S3Bucket, S3Key }: Resource['written']): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: S3Bucket, Key: S3Key }));
  return createHash('sha256').update(await Body!.transformToByteArray()).digest('base64');
}

export async function inspectEventSourceMapping({ id: UUID }: Resource) {
  const found = await client.send(new GetEventSourceMappingCommand({ UUID }));
  return {
    BatchSize: found.BatchSize,
    BisectBatchOnFunctionError: found.BisectBatchOnFunctionError,
    DestinationConfig: found.DestinationConfig?.OnFailure && { OnFailure: found.DestinationConfig.OnFailure },
    Enabled: found.State === 'Disabled' ? false : undefined,
    EventSourceArn: found.EventSourceArn,
    FilterCriteria: found.FilterCriteria,
    FunctionName: found.FunctionArn?.split(':').at(-1),
    FunctionResponseTypes: found.FunctionResponseTypes,
    MaximumBatchingWindowInSeconds: found.MaximumBatchingWindowInSeconds || undefined,
    ...found.EventSourceArn?.includes('/stream/') && {
      MaximumRecordAgeInSeconds: found.MaximumRecordAgeInSeconds,
      MaximumRetryAttempts: found.MaximumRetryAttempts,
      ParallelizationFactor: found.ParallelizationFactor,
      StartingPosition: found.StartingPosition,
    },
    ScalingConfig: found.ScalingConfig,
  };
}

export async function inspectFunctionUrl({ written: { TargetFunctionArn } }: Resource) {
  const { AuthType, Cors, FunctionArn, InvokeMode } = await client.send(
    new GetFunctionUrlConfigCommand({ FunctionName: TargetFunctionArn }),
  );
  return { AuthType, Cors, InvokeMode, TargetFunctionArn: FunctionArn };
}

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string;
  readonly Principal: { readonly Service: string };
  readonly Resource: string;
  readonly Condition?: Record<string, Record<string, string>>;
}

/** A statement in its function's policy, under the name that CloudFormation chose. */
export async function inspectPermission({ id, written: { FunctionName } }: Resource) {
  const { Policy } = await client.send(new GetPolicyCommand({ FunctionName }));
  const statements = (JSON.parse(Policy!) as { Statement: readonly Statement[] }).Statement;
  const found = statements.find(({ Sid, Effect }) => Sid === id && Effect === 'Allow');
  if (!found) {
    throw new Error(
      `the policy of ${FunctionName} must have the statement ${id}, got: ${statements.map(({ Sid }) => Sid).join(', ')}`,
    );
  }
  return {
    Action: found.Action,
    FunctionName: found.Resource,
    InvokedViaFunctionUrl: found.Condition?.Bool?.['lambda:InvokedViaFunctionUrl'] === 'true' || undefined,
    Principal: found.Principal.Service,
    SourceArn: found.Condition?.ArnLike?.['AWS:SourceArn'],
  };
}
