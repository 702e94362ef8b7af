import type { Duration, Size } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { VariantDefinition } from '../contract';

/** What a function is given that makes variants as the worker does. */
export interface IDecoding {
  readonly memory: Size;
  readonly timeout: Duration;
  /** The least that holds a decoder and what it works on. */
  readonly leastMemory: Size;
  readonly environment: Record<string, string>;
}

/** The closed set of variants, as it is when the template is written. */
export interface IVariantSet {
  readonly definitions: VariantDefinition[];
}

/** What makes variants of uploads. */
export interface IUploadProcessing {
  readonly queue: sqs.Queue;
  readonly surplusQueue: sqs.Queue;
  readonly deadLetterQueue: sqs.Queue;
  readonly worker: lambda.Function;
  readonly operator: lambda.Function;
  readonly decoding: IDecoding;
  /** All functions that it made. */
  readonly functions: lambda.Function[];
  /** A function that tells workers of uploads. */
  grantAnnounce(handler: lambda.Function): void;
  grantOperate(grantee: iam.IGrantable): iam.Grant;
}
