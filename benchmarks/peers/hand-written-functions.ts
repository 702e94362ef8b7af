import type { Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { logGroup, MAX_UPLOAD_BYTES, SERVICE_NAME, TYPES } from './hand-written-api';

export function makeFunction(
  stack: Stack, id: string, props: Pick<lambda.FunctionProps, 'code' | 'description' | 'timeout' | 'environment' | 'memorySize'>,
): lambda.Function {
  const group = logGroup(stack, `${id}Logs`);
  const role = new iam.Role(stack, `${id}Role`, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  group.grantWrite(role);
  return new lambda.Function(stack, `${id}Function`, {
    memorySize: 512,
    ...props,
    architecture: lambda.Architecture.ARM_64,
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    tracing: lambda.Tracing.ACTIVE,
    environment: {
      POWERTOOLS_LOG_LEVEL: 'INFO',
      POWERTOOLS_SERVICE_NAME: SERVICE_NAME,
      POWERTOOLS_METRICS_NAMESPACE: 'CdkImageService',
      ACCEPTED_TYPES: TYPES.join(','),
      MAX_UPLOAD_BYTES: `${MAX_UPLOAD_BYTES}`,
      URL_TTL_SECONDS: '300',
      PROCESSING_MODE: 'queue',
      ...props.environment,
    },
    role,
    logGroup: group,
  });
}

interface BucketRights {
  readonly bucket: s3.Bucket;
  readonly originals: string[];
  readonly variants: string[];
}

/** The service defines the write rights: they belong to its design, not to CDK's work. */
type TableWrites = Pick<iam.PolicyStatementProps, 'actions' | 'conditions'>;

interface TableRights {
  readonly table: dynamodb.Table;
  readonly reads: string[];
  readonly writes: readonly TableWrites[];
  readonly index?: string;
}

export function grant(handler: lambda.Function, rights: BucketRights | TableRights): void {
  if ('bucket' in rights) return grantBucket(handler, rights);
  const { table, reads, writes, index } = rights;
  handler.addEnvironment('TABLE_NAME', table.tableName);
  handler.addEnvironment('DELETED_RECORD_DAYS', '30');
  const resources = [table.tableArn];
  handler.addToRolePolicy(new iam.PolicyStatement({ actions: reads, resources }));
  for (const write of writes) handler.addToRolePolicy(new iam.PolicyStatement({ ...write, resources }));
  if (index) {
    handler.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${table.tableArn}/index/${index}`] }),
    );
  }
}

function grantBucket(handler: lambda.Function, { bucket, originals, variants }: BucketRights): void {
  handler.addEnvironment('BUCKET_NAME', bucket.bucketName);
  handler.addToRolePolicy(
    new iam.PolicyStatement({ actions: originals, resources: [bucket.arnForObjects('originals/*')] }),
  );
  handler.addToRolePolicy(
    new iam.PolicyStatement({ actions: variants, resources: [bucket.arnForObjects('variants/*')] }),
  );
  handler.addToRolePolicy(new iam.PolicyStatement({
    actions: ['s3:ListBucket'],
    resources: [bucket.bucketArn],
    conditions: { StringLike: { 's3:prefix': ['originals/*', 'variants/*'] } },
  }));
}
