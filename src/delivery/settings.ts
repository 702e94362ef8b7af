import type { Duration, Size } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Signing } from './signing';
import type { Viewers } from './viewers';

/** Options of `Delivery.cloudFront()`, with the defaults that are independent of other props. */
export interface CloudFrontSettings {
  readonly domainNames: string[];
  readonly certificate?: acm.ICertificate;
  readonly viewers: Viewers;
  readonly signing: Signing;
  readonly urlTtl: Duration;
  readonly cookieDomain?: string;
  readonly corsOrigins?: string[];
  readonly priceClass: cloudfront.PriceClass;
  readonly webAcl?: string;
  readonly logBucket?: s3.IBucket;
  readonly transformMemory?: Size;
  readonly transformConcurrency?: number;
}
