import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { VariantFormat } from '../contract';

/** The part of the delivery that determines the possible variants. */
export interface IDelivery {
  /** The factory as users write it, for messages. */
  readonly factory: string;
  /** Formats of a variant without `formats`, in order of preference. */
  readonly defaultFormats: VariantFormat[];
  /** Whether variants can be made on demand. */
  readonly makesOnDemand: boolean;
}

/** The CDN and its functions. */
export interface IContentDelivery {
  readonly distribution: cloudfront.Distribution;
  /** Without a trailing slash. */
  readonly url: string;
  readonly transform: lambda.Function;
  readonly invalidator: lambda.Function;
  readonly invalidationQueue: sqs.Queue;
  /** All its functions. */
  readonly functions: lambda.Function[];
  /** The API function issues URLs and cookies, and queues invalidations of deleted images. */
  grantServe(handler: lambda.Function): void;
  /** Sweeper and worker queue invalidations of deleted images, and of variants that changed under the same URL. */
  grantAnnounce(handler: lambda.Function): void;
}
