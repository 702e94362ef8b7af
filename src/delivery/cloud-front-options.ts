import type { Duration, Size } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Signing } from './signing';
import type { Viewers } from './viewers';

/** How CloudFront delivers. */
export interface CloudFrontDeliveryOptions {
  /**
   * Domain names of the distribution, such as `images.example.com`, in lower case. With `Viewers.signed()` there is exactly one, because a
   * signature is valid on one domain only. With `Viewers.anyone()` there may be several, and URLs are made with the first. Point each at
   * `ImageService.distribution` in your DNS. Take one under which nothing else is served. Needs `certificate`.
   * @default - the name that CloudFront gives, `d….cloudfront.net`, for which browsers may use TLS 1.0 and no cookie domain is possible
   */
  readonly domainNames?: string[];

  /**
   * Certificate for `domainNames`, of AWS Certificate Manager in us-east-1: CloudFront takes none of another region. With it, viewers need
   * TLS 1.2 or newer; without, CloudFront's own certificate leaves that open.
   * @default - CloudFront's own
   */
  readonly certificate?: acm.ICertificate;

  /**
   * Who may look.
   * @default Viewers.signed()
   */
  readonly viewers?: Viewers;

  /**
   * By which keys URLs and cookies are signed. Not with `Viewers.anyone()`.
   * @default Signing.generated()
   */
  readonly signing?: Signing;

  /**
   * How long a signed URL or cookie works. Its end is rounded up to a quarter of an hour, so that a URL stays the same and browsers keep
   * what they have. From 5 minutes to 7 days, in whole seconds. Not with `Viewers.anyone()`.
   * @default Duration.hours(1)
   */
  readonly urlTtl?: Duration;

  /**
   * Parent domain that API and CDN share, such as `example.com`: browsers then send the signed cookies that the API sets to the CDN. The
   * domain in `domainNames` must be it or below it. Every host below it gets the cookies, so do not share it with others. Not with `Viewers.anyone()`.
   * @default - cookies are for the host that sets them: for a backend that relays them
   */
  readonly cookieDomain?: string;

  /**
   * Origins whose scripts may read what is delivered, such as `https://app.example.com`: scheme, host and port, in lower case, of pages or of
   * apps (`capacitor://localhost`); tokens pass. Pages need none of it to show images.
   * @default - `corsOrigins` of the uploads
   */
  readonly corsOrigins?: string[];

  /**
   * Which edge locations deliver. Fewer cost less, and are farther from some.
   * @default cloudfront.PriceClass.PRICE_CLASS_ALL
   */
  readonly priceClass?: cloudfront.PriceClass;

  /**
   * ARN of a web ACL of AWS WAF with the scope CLOUDFRONT, which is in us-east-1.
   * @default - none
   */
  readonly webAcl?: string;

  /**
   * Bucket that CloudFront writes access logs to: not that of the images, and with access control lists, which CloudFront needs (object ownership
   * `OBJECT_WRITER` or `BUCKET_OWNER_PREFERRED`). Logs hold query strings, and thus signatures that work until they end: whoever reads them
   * can look at images.
   * @default - no access logs
   */
  readonly logBucket?: s3.IBucket;

  /**
   * Memory of the function that makes variants on demand; CPU grows with it. It must hold what a worker must hold. In whole mebibytes, up to
   * 10240 MiB.
   * @default - as the worker
   */
  readonly transformMemory?: Size;

  /**
   * The most variants that are made on demand at once; it is taken from the account's concurrency. Who waits while
   * another makes the same counts as well. Whoever comes beyond it gets 429 from Lambda. At least 1.
   * Lambda keeps 100 executions of an account unreserved: where the account's limit is lower, such as 10 in new accounts, a deployment with it fails.
   * @default - no limit but the account's
   */
  readonly transformConcurrency?: number;
}
