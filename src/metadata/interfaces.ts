import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';

/** What is known about the images. */
export interface IMetadata {
  readonly table: dynamodb.ITable;
  /** The API function reads and writes records and lists those of one user. */
  grantServe(handler: lambda.Function): void;
  /** The sweeper visits the records that are due. */
  grantSweep(handler: lambda.Function): void;
  /** The worker reads and writes single rows: of images, and of what was refused. */
  grantProcess(handler: lambda.Function): void;
  /** What makes variants on demand reads rows of images, and takes leases. */
  grantTransform(handler: lambda.Function): void;
  /** What invalidates notes that it did. */
  grantInvalidate(handler: lambda.Function): void;
  /** The operator's function walks over all images or those of one user, and gives them back to the workers. */
  grantOperate(handler: lambda.Function): void;
  grantManage(grantee: iam.IGrantable): iam.Grant;
}
