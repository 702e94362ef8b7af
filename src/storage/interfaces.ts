import type { Duration, Size } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { IDependable } from 'constructs';

/** The rules of uploads, resolved. */
export interface IUploadRules {
  readonly maxSize: Size;
  readonly contentTypes: string[];
  readonly urlTtl: Duration;
  readonly corsOrigins: string[];
  readonly acceleration: boolean;
}

/** The queue that gets events of new originals. */
export interface IUploadTarget {
  readonly queueArn: string;
  /** The policy that allows storage to send. */
  readonly policy: IDependable;
  /** Whether every event also goes to the account's event bus. */
  readonly toEventBus: boolean;
  /** Lets EventBridge rules send. */
  allowRules(): void;
}

/** Restricts the reads of originals until a scan. */
export interface IQuarantine {
  /** Tag that holds the result of the scan. */
  readonly tag: string;
  /** Roles that read unscanned originals. */
  readonly readers: iam.IRole[];
  /** The only role that may write the tag. */
  readonly scanner: iam.IRole;
}

/** Storage of originals and variants. */
export interface IStorage {
  readonly bucket: s3.IBucket;
  /** The worker reads originals, deletes rejected ones, and writes variants. */
  grantProcess(handler: lambda.Function): void;
  /** The transform function reads originals, and reads, writes, tags and deletes variants. */
  grantTransform(handler: lambda.Function): void;
  /** CloudFront reads variants for one distribution. */
  grantDelivery(distributionArn: string): void;
  /** The ClamAV function reads originals and tags them. */
  grantScan(handler: lambda.Function): void;
  /** GuardDuty gets its documented permissions. */
  grantGuardDuty(role: iam.IRole): void;
  /** The worker reads scan results. */
  grantReadScans(handler: lambda.Function): void;
  /** Sends events of new originals to a queue. */
  notify(target: IUploadTarget): void;
  /** Denies reads of originals that were not found clean. */
  addQuarantine(quarantine: IQuarantine): void;
}
