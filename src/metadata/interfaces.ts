import type * as lambda from 'aws-cdk-lib/aws-lambda';

/** Records of images. */
export interface IMetadata {
  /** The worker reads and writes single records and rejected bytes. */
  grantProcess(handler: lambda.Function): void;
  /** The transform function reads records and takes leases. */
  grantTransform(handler: lambda.Function): void;
  /** The invalidator removes marks after an invalidation. */
  grantInvalidate(handler: lambda.Function): void;
  /** The operator function lists all images or those of one user, and queues them for workers. */
  grantOperate(handler: lambda.Function): void;
  /**
   * The publisher reads the table's stream, which this turns on. Returns the ARN of the stream.
   * @throws if a table of the user has no stream
   */
  grantStream(reader: lambda.Function): string;
}
