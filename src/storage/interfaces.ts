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

/** Where storage tells of new originals. */
export interface IUploadTarget {
  readonly queueArn: string;
  /** What allows storage to send. */
  readonly policy: IDependable;
  /** Whether every event also goes to the account's event bus. */
  readonly toEventBus: boolean;
  /** Lets rules of EventBridge send. */
  allowRules(): void;
}

/** What is looked at before it may be read. */
export interface IQuarantine {
  /** Tag that holds the result of the scan. */
  readonly tag: string;
  /** Who has to read what was not scanned yet. */
  readonly readers: iam.IRole[];
  /** Who alone may write the tag. */
  readonly scanner: iam.IRole;
}

/** Where the bytes are. */
export interface IStorage {
  readonly bucket: s3.IBucket;
  /** The API function presigns uploads and downloads, of variants too where nothing else delivers them; looks at what was uploaded, and deletes it. */
  grantServe(handler: lambda.Function, presignsVariants: boolean): void;
  /** The sweeper looks for uploads that nobody confirmed and deletes what no record allows. */
  grantSweep(handler: lambda.Function): void;
  /** The worker reads originals, deletes what it refuses, and writes variants. */
  grantProcess(handler: lambda.Function): void;
  /** What makes variants on demand reads originals, and reads, writes, tags and deletes variants. */
  grantTransform(handler: lambda.Function): void;
  /** CloudFront reads variants for one distribution. */
  grantDelivery(distributionArn: string): void;
  /** A scanner of ours reads originals and tags them. */
  grantScan(handler: lambda.Function): void;
  /** GuardDuty gets what it documents. */
  grantGuardDuty(role: iam.IRole): void;
  /** The worker reads what a scanner says. */
  grantReadScans(handler: lambda.Function): void;
  /** Tells a queue of each new original. */
  notify(target: IUploadTarget): void;
  /** Makes originals unreadable that were not found clean. */
  addQuarantine(quarantine: IQuarantine): void;
  grantReadOriginals(grantee: iam.IGrantable): iam.Grant;
  grantManage(grantee: iam.IGrantable): iam.Grant;
}
