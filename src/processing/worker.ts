import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ProcessingSettings } from './settings';
import type { WorkerSize } from './worker-size';
import { COMMON_ENV, QUEUE, QUEUE_ENV, WORKER_ENV } from '../contract';
import type { FunctionSettings } from '../private/function-settings';
import { HandlerFunction } from '../private/handler-function';
import { suppress } from '../private/nag';
import type { IUploadRules } from '../storage/interfaces';

export interface WorkerProps {
  readonly functionSettings: FunctionSettings;
  readonly uploads: IUploadRules;
  readonly settings: ProcessingSettings;
  readonly size: WorkerSize;
  readonly environment: Record<string, string>;
}

export interface WorkerQueues {
  readonly queue: sqs.Queue;
  readonly surplusQueue: sqs.Queue;
  readonly deadLetterQueue: sqs.Queue;
}

/** The worker: makes variants of uploads, one after the other. */
export class Worker extends Construct {
  public readonly function: lambda.Function;

  constructor(
    scope: Construct, id: string, { functionSettings, uploads, settings, size, environment }: WorkerProps,
  ) {
    super(scope, id);
    const { memory, timeout } = size;
    this.function = new HandlerFunction(this, 'Handler', {
      handler: 'worker',
      description: 'Image service: makes variants of uploads',
      functionSettings,
      memory,
      timeout,
      uploads,
      environment: {
        ...environment,
        [COMMON_ENV.PROCESSING]: 'queue',
        [WORKER_ENV.TIMEOUT]: `${timeout.toSeconds()}`,
        [WORKER_ENV.MAX_RECEIVES]: `${QUEUE.MAX_RECEIVES}`,
        [WORKER_ENV.SCANNER]: settings.scanner.kind,
        [WORKER_ENV.SCANNER_FUNCTION]: '',
      },
    }).function;
  }

  /** Connects the worker to its queues. Only failed messages of a batch are retried. */
  public connectQueues(
    { queue, surplusQueue, deadLetterQueue }: WorkerQueues, { batchSize, concurrency }: ProcessingSettings,
  ): void {
    // The permissions of the event source include the return of a message.
    this.function.addEnvironment(QUEUE_ENV.QUEUE_URL, queue.queueUrl);
    this.function.addEnvironment(WORKER_ENV.SURPLUS_QUEUE_URL, surplusQueue.queueUrl);
    this.function.addEnvironment(WORKER_ENV.DEAD_LETTER_QUEUE_URL, deadLetterQueue.queueUrl);
    this.function.addEnvironment(WORKER_ENV.OWNER_SHARE, `${concurrency.share}`);
    this.function.addEnvironment(WORKER_ENV.OWNER_LANES, `${concurrency.lanes}`);
    for (const { queueArn } of [surplusQueue, deadLetterQueue]) {
      this.function.addToRolePolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queueArn] }));
    }
    this.function.addEventSource(
      new SqsEventSource(queue, { batchSize, maxConcurrency: concurrency.uploads, reportBatchItemFailures: true }),
    );
    // A batch could hold messages of several owners, and one would wait for the other.
    const ofSurplus = { batchSize: 1, maxConcurrency: concurrency.surplus, reportBatchItemFailures: true };
    this.function.addEventSource(new SqsEventSource(surplusQueue, ofSurplus));
    suppress(this.function, {
      rules: ['Serverless-LambdaEventSourceMappingDestination'],
      reason: 'Failed messages go to the dead-letter queue of the source queue.',
    });
  }
}
