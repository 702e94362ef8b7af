import type { Duration, Size } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { VariantDefinition } from '../contract';

/** Settings of a function that decodes images like the worker. */
export interface IDecoding {
  readonly memory: Size;
  readonly timeout: Duration;
  /** Minimum for a decoder and its data. */
  readonly leastMemory: Size;
  readonly environment: Record<string, string>;
}

/** The closed set of variants at synthesis. */
export interface IVariantSet {
  readonly definitions: VariantDefinition[];
}

/** Processing of uploads: queues, worker and operator function. */
export interface IUploadProcessing {
  readonly queue: sqs.Queue;
  readonly surplusQueue: sqs.Queue;
  readonly deadLetterQueue: sqs.Queue;
  readonly worker: lambda.Function;
  readonly operator: lambda.Function;
  readonly decoding: IDecoding;
  /** All its functions. */
  readonly functions: lambda.Function[];
  /** Lets a function send messages to the queue of uploads. */
  grantAnnounce(handler: lambda.Function): void;
  grantOperate(grantee: iam.IGrantable): iam.Grant;
}
