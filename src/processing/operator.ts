import { Duration, Size } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { COMMON_ENV, OPERATOR_ENV } from '../contract';
import type { FunctionSettings } from '../private/function-settings';
import { HandlerFunction } from '../private/handler-function';
import type { IUploadRules } from '../storage/interfaces';

export interface OperatorProps {
  readonly functionSettings: FunctionSettings;
  readonly uploads: IUploadRules;
  readonly variants: string;
  readonly bucketName: string;
  readonly queue: sqs.IQueue;
  readonly surplusQueue: sqs.IQueue;
  readonly deadLetterQueue: sqs.IQueue;
}

/** The operator function: it queues failed images again, and images to reprocess. */
export class Operator extends Construct {
  public readonly function: lambda.Function;

  constructor(
    scope: Construct,
    id: string,
    { functionSettings, uploads, variants, bucketName, queue, surplusQueue, deadLetterQueue }: OperatorProps,
  ) {
    super(scope, id);
    this.function = new HandlerFunction(this, 'Handler', {
      handler: 'operator',
      description: 'Image service: redrives and reprocesses images for an operator',
      functionSettings,
      memory: Size.mebibytes(512),
      // It answers before its timeout, with a cursor to continue.
      timeout: Duration.minutes(5),
      uploads,
      environment: {
        [COMMON_ENV.PROCESSING]: 'queue',
        // To recognize messages of this bucket. The function has no permission for objects.
        [COMMON_ENV.BUCKET]: bucketName,
        [OPERATOR_ENV.VARIANTS]: variants,
        [OPERATOR_ENV.DEAD_LETTER_QUEUE_URL]: deadLetterQueue.queueUrl,
        [OPERATOR_ENV.SURPLUS_QUEUE_URL]: surplusQueue.queueUrl,
      },
    }).function;
    this.allow(['sqs:GetQueueAttributes'], queue);
    this.allow(['sqs:GetQueueAttributes'], surplusQueue);
    this.allow(['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], deadLetterQueue);
  }

  private allow(actions: string[], queue: sqs.IQueue): void {
    this.function.addToRolePolicy(new iam.PolicyStatement({ actions, resources: [queue.queueArn] }));
  }
}
