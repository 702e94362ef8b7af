import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';

/** What makes variants of uploads. */
export interface IUploadProcessing {
  readonly queue: sqs.Queue;
  readonly deadLetterQueue: sqs.Queue;
  readonly worker: lambda.Function;
  readonly operator: lambda.Function;
  /** All functions that it made. */
  readonly functions: lambda.Function[];
  /** A function that tells workers of uploads. */
  grantAnnounce(handler: lambda.Function): void;
  grantOperate(grantee: iam.IGrantable): iam.Grant;
}
