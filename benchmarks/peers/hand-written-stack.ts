import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { makeApi } from './hand-written-api';
import { grant, makeFunction } from './hand-written-functions';
import { makeProcessing, makeQueues } from './hand-written-processing';
import { API_WRITES, SWEEPER_WRITES } from '../../src/metadata/table-writers';

/**
 * The stack of an `ImageService` with `Delivery.presignedOnly()` and `Monitoring.none()` as one writes it by hand, from
 * the constructs of aws-cdk-lib and for this one case: no props, no checks, no parts. `test/benchmarks` holds its
 * resources to those of the service.
 */
export function buildHandWrittenStack(stack: Stack, assets: string): void {
  const queues = makeQueues(stack);
  const bucket = makeBucket(stack);
  const originals = { s3Key: { rules: [{ name: 'prefix', value: 'originals/' }] } };
  const resource = bucket.node.defaultChild as s3.CfnBucket;
  resource.notificationConfiguration = {
    queueConfigurations: [{ queue: queues.uploads.queueArn, event: 's3:ObjectCreated:*', filter: originals }],
  };
  resource.node.addDependency(queues.policy);
  const table = makeTable(stack);
  const api = makeFunction(stack, 'Api', {
    description: 'Image service: answers the HTTP API',
    code: lambda.Code.fromAsset(join(assets, 'api')),
    timeout: Duration.seconds(29),
    environment: { ACCESS_MODE: 'iam', S3_ACCELERATE: 'false', CORS_ORIGINS: '', DELIVERY_MODE: 'presigned' },
  });
  const sweeper = makeFunction(stack, 'Sweeper', {
    description: 'Image service: sweeps the records that are due',
    code: lambda.Code.fromAsset(join(assets, 'sweeper')),
    memorySize: 1769,
    timeout: Duration.minutes(15),
    environment: { DELIVERY_MODE: 'presigned' },
  });
  grant(api, {
    bucket,
    originals: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
    variants: ['s3:DeleteObject', 's3:GetObject'],
  });
  grant(api, { table, reads: ['dynamodb:BatchGetItem', 'dynamodb:GetItem'], writes: API_WRITES, index: 'by_user' });
  grant(sweeper, { bucket, originals: ['s3:DeleteObject', 's3:GetObject'], variants: ['s3:DeleteObject'] });
  grant(sweeper, { table, reads: ['dynamodb:BatchGetItem'], writes: SWEEPER_WRITES, index: 'by_due' });
  makeProcessing(stack, { assets, bucket, table, sweeper, queues });
  const rule = new events.Rule(stack, 'Schedule', {
    description: 'Image service: runs the sweeper',
    schedule: events.Schedule.rate(Duration.minutes(5)),
  });
  rule.addTarget(new targets.LambdaFunction(sweeper, { retryAttempts: 0, maxEventAge: Duration.minutes(5) }));
  const restApi = makeApi(stack, api);
  new CfnOutput(stack, 'ApiUrl', { value: restApi.url, description: 'Base URL of the image API' });
}

function makeBucket(stack: Stack): s3.Bucket {
  const bucket = new s3.Bucket(stack, 'Bucket', {
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: s3.BucketEncryption.S3_MANAGED,
    lifecycleRules: [
      { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      { prefix: 'variants/', tagFilters: { generation: 'on-demand' }, expiration: Duration.days(90) },
    ],
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  const originals = bucket.arnForObjects('originals/*');
  const variants = bucket.arnForObjects('variants/*');
  deny(bucket, 'DenyPlainHttp', 's3:*', [bucket.bucketArn, bucket.arnForObjects('*')], {
    Bool: { 'aws:SecureTransport': 'false' },
  });
  deny(bucket, 'DenyOldSignatures', 's3:*', [originals, variants], {
    NumericGreaterThan: { 's3:signatureAge': '300000' },
  });
  deny(bucket, 'DenyOverwrites', 's3:PutObject', [originals], { Null: { 's3:if-none-match': 'true' } });
  bucket.policy!.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  return bucket;
}

function deny(
  bucket: s3.Bucket, sid: string, action: string, resources: string[], conditions: Record<string, unknown>,
): void {
  bucket.addToResourcePolicy(new iam.PolicyStatement({
    sid, effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: [action], resources, conditions,
  }));
}

function makeTable(stack: Stack): dynamodb.Table {
  const table = new dynamodb.Table(stack, 'Table', {
    partitionKey: { name: 'image_id', type: dynamodb.AttributeType.STRING },
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    encryption: dynamodb.TableEncryption.DEFAULT,
    timeToLiveAttribute: 'expires_at',
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: false,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  table.addGlobalSecondaryIndex({
    indexName: 'by_user',
    partitionKey: { name: 'user_id', type: dynamodb.AttributeType.STRING },
    sortKey: { name: 'created_at', type: dynamodb.AttributeType.STRING },
    projectionType: dynamodb.ProjectionType.ALL,
  });
  table.addGlobalSecondaryIndex({
    indexName: 'by_due',
    partitionKey: { name: 'sweep', type: dynamodb.AttributeType.NUMBER },
    sortKey: { name: 'due_at', type: dynamodb.AttributeType.NUMBER },
    projectionType: dynamodb.ProjectionType.KEYS_ONLY,
  });
  return table;
}
