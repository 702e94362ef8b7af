import { join } from 'node:path';
import { CfnOutput, Duration, type Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { IDependable } from 'constructs';
import { grant, makeFunction } from './hand-written-functions';
import { OPERATOR_WRITES, WORKER_WRITES } from '../../src/metadata/table-writers';

interface Queues {
  readonly uploads: sqs.Queue;
  readonly surplus: sqs.Queue;
  readonly deadLetters: sqs.Queue;
  readonly policy: IDependable;
}

interface Parts {
  readonly assets: string;
  readonly bucket: s3.Bucket;
  readonly table: dynamodb.Table;
  readonly sweeper: lambda.Function;
  readonly queues: Queues;
}

export function makeQueues(stack: Stack): Queues {
  const deadLetters = new sqs.Queue(stack, 'DeadLetters', {
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    retentionPeriod: Duration.days(14),
  });
  const uploads = new sqs.Queue(stack, 'Uploads', {
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    retentionPeriod: Duration.days(4),
    receiveMessageWaitTime: Duration.seconds(20),
    visibilityTimeout: Duration.minutes(6),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
  });
  const surplus = new sqs.Queue(stack, 'Surplus', {
    fifo: true,
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    retentionPeriod: Duration.days(4),
    receiveMessageWaitTime: Duration.seconds(20),
    visibilityTimeout: Duration.minutes(6),
  });
  const { policyDependable } = uploads.addToResourcePolicy(new iam.PolicyStatement({
    sid: 'AllowEventsOfStorage',
    principals: [new iam.ServicePrincipal('s3.amazonaws.com')],
    actions: ['sqs:SendMessage'],
    resources: [uploads.queueArn],
    conditions: {
      StringEquals: { 'aws:SourceAccount': stack.account },
      ArnLike: { 'aws:SourceArn': `arn:${stack.partition}:s3:::*` },
    },
  }));
  for (const queue of [uploads, surplus, deadLetters]) denyPlainHttp(queue);
  return { uploads, surplus, deadLetters, policy: policyDependable! };
}

function denyPlainHttp(queue: sqs.Queue): void {
  queue.addToResourcePolicy(new iam.PolicyStatement({
    sid: 'DenyPlainHttp',
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['sqs:*'],
    resources: [queue.queueArn],
    conditions: { Bool: { 'aws:SecureTransport': 'false' } },
  }));
}

const VARIANTS = [['thumb', 320], ['small', 640], ['medium', 1280], ['large', 2048]]
  .map(([name, edge]) => `${name}:${edge}x${edge}:iea:w`)
  .join(';');

const IMAGE_LIMITS = JSON.stringify({
  maxPixels: 52_000_000,
  maxJpegPixels: 205_000_000,
  maxAvifPixels: 52_000_000,
  maxHeicPixels: 52_000_000,
  maxSide: 20_000,
  maxFrames: 500,
  maxAnimationPixels: 150_000_000,
  maxScans: 100,
  decodeSeconds: 10,
  decodeMemoryMiB: 1024,
});

export function makeProcessing(stack: Stack, parts: Parts): void {
  const worker = makeWorker(stack, parts);
  const operator = makeOperator(stack, parts);
  const { sweeper, queues } = parts;
  for (const handler of [worker, operator, sweeper]) handler.addEnvironment('QUEUE_URL', queues.uploads.queueUrl);
  for (const handler of [operator, sweeper]) allow(handler, queues.uploads, ['sqs:SendMessage']);
  new CfnOutput(stack, 'OperatorFunctionName', {
    value: operator.functionName,
    description: 'Function that redrives and reprocesses images',
  });
}

function makeWorker(stack: Stack, { assets, bucket, table, queues }: Parts): lambda.Function {
  const worker = makeFunction(stack, 'Worker', {
    description: 'Image service: makes variants of uploads',
    code: lambda.Code.fromAsset(join(assets, 'worker-arm64.zip')),
    memorySize: 1769,
    timeout: Duration.minutes(1),
    environment: {
      VARIANTS,
      IMAGE_LIMITS,
      MAX_RECEIVES: '5',
      WORKER_TIMEOUT_SECONDS: '60',
      SCANNER: 'none',
      SCANNER_FUNCTION: '',
      DELIVERY_MODE: 'presigned',
      OWNER_SHARE: '2',
      OWNER_LANES: '1',
      SURPLUS_QUEUE_URL: queues.surplus.queueUrl,
      DEAD_LETTER_QUEUE_URL: queues.deadLetters.queueUrl,
    },
  });
  grant(worker, {
    bucket,
    originals: ['s3:DeleteObject', 's3:GetObject'],
    variants: ['s3:DeleteObject', 's3:PutObject'],
  });
  grant(worker, { table, reads: ['dynamodb:GetItem'], writes: WORKER_WRITES });
  for (const queue of [queues.surplus, queues.deadLetters]) allow(worker, queue, ['sqs:SendMessage']);
  worker.addEventSource(
    new SqsEventSource(queues.uploads, { batchSize: 1, maxConcurrency: 4, reportBatchItemFailures: true }),
  );
  worker.addEventSource(
    new SqsEventSource(queues.surplus, { batchSize: 1, maxConcurrency: 2, reportBatchItemFailures: true }),
  );
  return worker;
}

function makeOperator(stack: Stack, { assets, bucket, table, queues }: Parts): lambda.Function {
  const operator = makeFunction(stack, 'Operator', {
    description: 'Image service: redrives and reprocesses images for an operator',
    code: lambda.Code.fromAsset(join(assets, 'operator')),
    timeout: Duration.minutes(5),
    environment: {
      VARIANTS,
      BUCKET_NAME: bucket.bucketName,
      DEAD_LETTER_QUEUE_URL: queues.deadLetters.queueUrl,
      SURPLUS_QUEUE_URL: queues.surplus.queueUrl,
    },
  });
  for (const queue of [queues.uploads, queues.surplus]) allow(operator, queue, ['sqs:GetQueueAttributes']);
  allow(operator, queues.deadLetters, ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage']);
  grant(operator, {
    table,
    reads: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Scan'],
    writes: OPERATOR_WRITES,
    index: 'by_user',
  });
  return operator;
}

function allow(handler: lambda.Function, queue: sqs.Queue, actions: string[]): void {
  handler.addToRolePolicy(new iam.PolicyStatement({ actions, resources: [queue.queueArn] }));
}
