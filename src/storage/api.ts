import type { Duration, Size } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';

/** The rules of uploads, resolved. */
export interface IUploadRules {
  readonly maxSize: Size;
  readonly contentTypes: string[];
  readonly urlTtl: Duration;
  readonly corsOrigins: string[];
  readonly acceleration: boolean;
}

/** Where the bytes are. */
export interface IStorage {
  readonly bucket: s3.IBucket;
  /** The API function presigns uploads and downloads, looks at what was uploaded and deletes it. */
  grantServe(handler: lambda.Function): void;
  /** The sweeper looks for uploads that nobody confirmed and deletes what no record allows. */
  grantSweep(handler: lambda.Function): void;
  grantReadOriginals(grantee: iam.IGrantable): iam.Grant;
  grantManage(grantee: iam.IGrantable): iam.Grant;
}
