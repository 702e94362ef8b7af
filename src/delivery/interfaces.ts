import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { VariantFormat } from '../contract';

/** How images reach those who look at them, as far as it decides what variants there can be. */
export interface IDelivery {
  /** As a user writes it, for messages. */
  readonly factory: string;
  /** Formats of a variant that names none, in order of preference. */
  readonly defaultFormats: VariantFormat[];
  /** Whether something makes a variant when it is first asked for. */
  readonly makesOnDemand: boolean;
}

/** The CDN and what it needs. */
export interface IContentDelivery {
  readonly distribution: cloudfront.Distribution;
  /** Without a slash at its end. */
  readonly url: string;
  readonly transform: lambda.Function;
  readonly invalidator: lambda.Function;
  readonly invalidationQueue: sqs.Queue;
  /** All functions that it made. */
  readonly functions: lambda.Function[];
  /** The API function hands out URLs and cookies, and announces what it deletes. */
  grantServe(handler: lambda.Function): void;
  /** Sweeper and worker announce what was deleted, or made anew under the same URL. */
  grantAnnounce(handler: lambda.Function): void;
}
