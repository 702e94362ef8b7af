import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct, type IDependable } from 'constructs';
import { buildPlainHttpDenial, QUEUE, buildQueueStatements } from '../contract';
import { suppress, type Suppression } from '../private/nag';

const OWNED_KEY: Suppression = {
  rules: ['CKV_AWS_27'],
  reason: 'SQS encrypts the queue with its managed key at no cost. A customer managed key would also have to allow S3 and EventBridge, although messages contain object keys only.',
};

/** The queue of uploads, the surplus queue and the dead-letter queue. */
export class UploadQueue extends Construct {
  public readonly queue: sqs.Queue;
  public readonly surplusQueue: sqs.Queue;
  public readonly deadLetterQueue: sqs.Queue;
  /** Must exist before storage or EventBridge may send: S3 tests the queue when notifications are set. */
  public readonly policy: IDependable;
  private areRulesAllowed = false;

  constructor(scope: Construct, id: string, workerTimeout: Duration) {
    super(scope, id);
    this.deadLetterQueue = new sqs.Queue(this, 'DeadLetters', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.seconds(QUEUE.DEAD_LETTER_RETENTION),
    });
    suppress(this.deadLetterQueue, {
      rules: ['Serverless-SQSRedrivePolicy'],
      reason: 'This is the dead-letter queue; the operator function redrives its messages.',
    });
    this.queue = new sqs.Queue(this, 'Uploads', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.seconds(QUEUE.RETENTION),
      receiveMessageWaitTime: Duration.seconds(QUEUE.RECEIVE_WAIT),
      visibilityTimeout: Duration.seconds(workerTimeout.toSeconds() * QUEUE.VISIBILITY_PER_TIMEOUT),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: QUEUE.MAX_RECEIVES },
    });
    this.surplusQueue = this.makeSurplusQueue(workerTimeout);
    for (const queue of [this.queue, this.surplusQueue, this.deadLetterQueue]) suppress(queue, OWNED_KEY);
    for (const queue of [this.surplusQueue, this.deadLetterQueue]) {
      queue.addToResourcePolicy(iam.PolicyStatement.fromJson(buildPlainHttpDenial(queue.queueArn)));
    }
    const { account, partition } = Stack.of(this);
    const statements = buildQueueStatements(this.queue.queueArn, account, partition);
    const [first, ...others] = statements.map(statement => iam.PolicyStatement.fromJson(statement));
    this.policy = this.queue.addToResourcePolicy(first).policyDependable!;
    others.forEach(statement => this.queue.addToResourcePolicy(statement));
  }

  /** Same settings as `buildSurplusQueueAttributes` of the contract. */
  private makeSurplusQueue(workerTimeout: Duration): sqs.Queue {
    const queue = new sqs.Queue(this, 'Surplus', {
      fifo: true,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.seconds(QUEUE.RETENTION),
      receiveMessageWaitTime: Duration.seconds(QUEUE.RECEIVE_WAIT),
      visibilityTimeout: Duration.seconds(workerTimeout.toSeconds() * QUEUE.VISIBILITY_PER_TIMEOUT),
    });
    const reason = 'The dead-letter queue of a FIFO queue must be FIFO; instead, the worker moves failed messages to the shared dead-letter queue.';
    suppress(queue, { rules: ['AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy'], reason });
    return queue;
  }

  /**
   * Allows all rules by a pattern. A rule that names the bucket, and a bucket that depends on this policy, would be a
   * circle. Forged events do no harm, because the worker reads the object and its scan result from S3.
   */
  public allowRules(): void {
    if (this.areRulesAllowed) return;
    this.areRulesAllowed = true;
    this.queue.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'AllowEventsOfRules',
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [this.queue.queueArn],
      conditions: {
        ArnLike: {
          'aws:SourceArn': Stack.of(this).formatArn({ service: 'events', resource: 'rule', resourceName: '*' }),
        },
      },
    }));
  }
}
