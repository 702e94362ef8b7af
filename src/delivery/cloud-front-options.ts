import type { Duration, Size } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Signing } from './signing';
import type { Viewers } from './viewers';

/** Options of `Delivery.cloudFront()`. */
export interface CloudFrontDeliveryOptions {
  /**
   * Domain names of the distribution, such as `images.example.com`, in lower case. `Viewers.signed()` allows exactly
   * one, because a signature is valid on one domain only. `Viewers.anyone()` allows several, and URLs use the first.
   * Point each at `ImageService.distribution` in your DNS. Use a domain that serves nothing else. Needs `certificate`.
   * @default - CloudFront's own name, `d….cloudfront.net`, for which browsers may use TLS 1.0 and no cookie domain is
   * possible
   */
  readonly domainNames?: string[];

  /**
   * Certificate of AWS Certificate Manager for `domainNames`. It must be in us-east-1, as CloudFront requires. Viewers
   * then need TLS 1.2 or newer; CloudFront's own certificate has no minimum.
   * @default - CloudFront's own
   */
  readonly certificate?: acm.ICertificate;

  /**
   * Access of viewers: by signatures, or public.
   * @default Viewers.signed()
   */
  readonly viewers?: Viewers;

  /**
   * Keys that sign URLs and cookies. Not with `Viewers.anyone()`.
   * @default Signing.generated()
   */
  readonly signing?: Signing;

  /**
   * Lifetime of signed URLs and cookies. The end is rounded up to a quarter of an hour, so that URLs stay the same and
   * browser caches work. From 5 minutes to 7 days, in whole seconds. Not with `Viewers.anyone()`.
   * @default Duration.hours(1)
   */
  readonly urlTtl?: Duration;

  /**
   * Common parent domain of the API and the CDN, such as `example.com`: browsers then send the signed cookies of the
   * API to the CDN. The domain in `domainNames` must be this domain or below it. Every host below it gets the cookies,
   * so do not share it with others. Not with `Viewers.anyone()`.
   * @default - cookies are valid only for the host that sets them, such as a backend that relays them
   */
  readonly cookieDomain?: string;

  /**
   * Origins of web pages and apps that may read variants in scripts, such as `https://app.example.com` or
   * `capacitor://localhost`: scheme, host and port, in lower case. Tokens pass. Pages that only show images need no
   * origin here.
   * @default - `corsOrigins` of the uploads
   */
  readonly corsOrigins?: string[];

  /**
   * Edge locations that deliver. Fewer locations cost less, but are farther from some viewers.
   * @default cloudfront.PriceClass.PRICE_CLASS_ALL
   */
  readonly priceClass?: cloudfront.PriceClass;

  /**
   * ARN of an AWS WAF web ACL with the scope CLOUDFRONT, which is in us-east-1.
   * @default - no web ACL
   */
  readonly webAcl?: string;

  /**
   * Bucket for CloudFront's access logs. Not the bucket of the images. It needs access control lists (object ownership
   * `OBJECT_WRITER` or `BUCKET_OWNER_PREFERRED`). Logs contain query strings with signatures: until these end, readers
   * of the logs can view the images.
   * @default - no access logs
   */
  readonly logBucket?: s3.IBucket;

  /**
   * Memory of the transform function. Its CPU grows with the memory. The minimum is the same as for the worker. In
   * whole mebibytes, up to 10240 MiB.
   * @default - as the worker
   */
  readonly transformMemory?: Size;

  /**
   * Maximum concurrent executions of the transform function, reserved from the account's concurrency. Requests that
   * wait for a variant in progress count too. Lambda answers 429 above it. At least 1. Lambda keeps 100 executions of
   * an account unreserved: with a lower account limit, such as 10 in new accounts, the deployment fails.
   * @default - no limit but the account's
   */
  readonly transformConcurrency?: number;
}
