import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ProcessingSettings } from './settings';
import type { WorkerSize } from './worker-size';
import { COMMON_ENV, QUEUE, QUEUE_ENV, WORKER_ENV } from '../contract';
import type { FindHandler } from '../private/handler-code';
import { HandlerFunction } from '../private/handler-function';
import { suppress } from '../private/nag';
import type { IUploadRules } from '../storage/api';

export interface WorkerProps {
  readonly code: FindHandler;
  readonly uploads: IUploadRules;
  readonly settings: ProcessingSettings;
  readonly size: WorkerSize;
  readonly environment: Record<string, string>;
}

/** Makes variants of uploads, one after the other. */
export class Worker extends Construct {
  public readonly function: lambda.Function;

  constructor(scope: Construct, id: string, { code, uploads, settings, size: { memory, timeout }, environment }: WorkerProps) {
    super(scope, id);
    this.function = new HandlerFunction(this, 'Handler', {
      handler: 'worker',
      description: 'Image service: makes variants of uploads',
      code,
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

  /** Messages that failed come again alone, without those of their batch that did not. */
  public workOff(queue: sqs.Queue, { batchSize, maxConcurrency }: ProcessingSettings): void {
    // What an event source needs to be read includes the right to give a message back.
    this.function.addEnvironment(QUEUE_ENV.QUEUE_URL, queue.queueUrl);
    this.function.addEventSource(new SqsEventSource(queue, { batchSize, maxConcurrency, reportBatchItemFailures: true }));
    suppress(this.function, { rules: ['Serverless-LambdaEventSourceMappingDestination'], reason: 'What fails goes to the dead-letter queue of the queue itself.' });
  }
}

