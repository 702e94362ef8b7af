import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';

/** Records of images. */
export interface IMetadata {
  readonly table: dynamodb.ITable;
  /** The API function reads and writes records and lists those of one user. */
  grantServe(handler: lambda.Function): void;
  /** The sweeper reads and writes records that are due. */
  grantSweep(handler: lambda.Function): void;
  /** The worker reads and writes single records and remembered rejections. */
  grantProcess(handler: lambda.Function): void;
  /** The transform function reads records and takes leases. */
  grantTransform(handler: lambda.Function): void;
  /** The invalidator removes marks after an invalidation. */
  grantInvalidate(handler: lambda.Function): void;
  /** The operator function lists all images or those of one user, and queues them for workers. */
  grantOperate(handler: lambda.Function): void;
  grantManage(grantee: iam.IGrantable): iam.Grant;
}
