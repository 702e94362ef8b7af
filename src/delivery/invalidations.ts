import { Duration, Size } from 'aws-cdk-lib';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { buildPlainHttpDenial, INVALIDATOR_ENV, QUEUE } from '../contract';
import type { FunctionSettings } from '../private/function-settings';
import { HandlerFunction } from '../private/handler-function';
import { suppress } from '../private/nag';

export interface InvalidationsProps {
  readonly functionSettings: FunctionSettings;
  readonly distribution: cloudfront.Distribution;
}

/** Includes waiting while CloudFront has its maximum of invalidations in progress. */
const TIMEOUT = Duration.minutes(2);

/**
 * Two invocations may run at once: each uses half of CloudFront's limit (`DELIVERY.WILDCARD_PATHS`). SQS event sources
 * allow no fewer.
 */
const CONCURRENCY = 2;

/** A day of tries: for some invalidations there is no record, so the sweeper cannot queue them again. */
const MAX_RECEIVES = Math.ceil(Duration.days(1).toSeconds() / (TIMEOUT.toSeconds() * QUEUE.VISIBILITY_PER_TIMEOUT));

const COMMON = {
  encryption: sqs.QueueEncryption.SQS_MANAGED,
  retentionPeriod: Duration.seconds(QUEUE.DEAD_LETTER_RETENTION),
};

/** Invalidates deleted images in CloudFront, many images at a time. */
export class Invalidations extends Construct {
  public readonly queue: sqs.Queue;
  public readonly deadLetterQueue: sqs.Queue;
  public readonly function: lambda.Function;

  constructor(scope: Construct, id: string, { functionSettings, distribution }: InvalidationsProps) {
    super(scope, id);
    this.deadLetterQueue = this.makeDeadLetterQueue();
    this.queue = this.makeQueue();
    this.function = new HandlerFunction(this, 'Handler', {
      handler: 'invalidator',
      description: 'Image service: invalidates deleted images in CloudFront',
      functionSettings,
      memory: Size.mebibytes(512),
      timeout: TIMEOUT,
      environment: { [INVALIDATOR_ENV.DISTRIBUTION]: distribution.distributionId },
    }).function;
    this.function.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['cloudfront:CreateInvalidation'],
        resources: [distribution.distributionArn],
      }),
    );
    this.function.addEventSource(new SqsEventSource(this.queue, {
      // Larger batches need fewer paths: the images of one user become one path.
      batchSize: 1000,
      maxBatchingWindow: Duration.seconds(2),
      maxConcurrency: CONCURRENCY,
      reportBatchItemFailures: true,
    }));
    suppress(this.function, {
      rules: ['Serverless-LambdaEventSourceMappingDestination'],
      reason: 'Failed messages go to the dead-letter queue of the source queue.',
    });
  }

  private makeDeadLetterQueue(): sqs.Queue {
    const queue = new sqs.Queue(this, 'DeadLetters', COMMON);
    suppress(queue, {
      rules: ['Serverless-SQSRedrivePolicy'],
      reason: 'This is the dead-letter queue, for malformed messages and invalidations that failed for a day.',
    });
    protect(queue);
    return queue;
  }

  private makeQueue(): sqs.Queue {
    const queue = new sqs.Queue(this, 'Queue', {
      ...COMMON,
      receiveMessageWaitTime: Duration.seconds(QUEUE.RECEIVE_WAIT),
      visibilityTimeout: Duration.seconds(TIMEOUT.toSeconds() * QUEUE.VISIBILITY_PER_TIMEOUT),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: MAX_RECEIVES },
    });
    protect(queue);
    return queue;
  }
}

function protect(queue: sqs.Queue): void {
  queue.addToResourcePolicy(iam.PolicyStatement.fromJson(buildPlainHttpDenial(queue.queueArn)));
  suppress(queue, {
    rules: ['CKV_AWS_27'],
    reason: 'SQS encrypts the queue with its managed key at no cost, and messages contain ids and paths only.',
  });
}
