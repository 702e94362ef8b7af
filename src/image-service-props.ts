import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { ApiAccess } from './api/api-access';
import type { Compute } from './api/compute';
import type { Limits } from './api/limits';
import type { Delivery } from './delivery/delivery';
import type { Processing } from './processing/processing';
import type { Variant } from './processing/variant';
import type { Retention } from './storage/retention';
import type { UploadRules } from './storage/upload-rules';

/** The decisions that a user of `ImageService` makes. None has to be made. */
export interface ImageServiceProps {
  /**
   * Who may call the API, and whom a request acts for.
   * @default ApiAccess.iam()
   */
  readonly access?: ApiAccess;

  /**
   * What may be uploaded, and how: size, formats, lifetime of URLs, web origins, acceleration.
   * @default UploadRules.of()
   */
  readonly uploads?: UploadRules;

  /**
   * What comes between the upload of an image and `ready`.
   * @default Processing.queue()
   */
  readonly processing?: Processing;

  /**
   * The renditions that every image gets: a closed set of 1 to 16, which `addVariant` adds to.
   * @default - `thumb` (320 pixels), `small` (640), `medium` (1280) and `large` (2048, made on demand where the delivery can), by the longer edge
   */
  readonly variants?: Variant[];

  /**
   * How images reach those who look at them.
   * @default - `Delivery.cloudFront()`: by CloudFront, by signed URLs; `Delivery.presignedOnly()` with `Processing.none()`, where there is
   * nothing that a CDN could deliver
   */
  readonly delivery?: Delivery;

  /**
   * How long images, records and what is left of deleted images are kept.
   * @default Retention.of()
   */
  readonly retention?: Retention;

  /**
   * How much the API takes before it answers 429.
   * @default Limits.of()
   */
  readonly limits?: Limits;

  /**
   * Whether to make the role by which API Gateway writes logs, as the first REST API with logs in an account and region needs it. The role is
   * one setting for all REST APIs there: the deployment replaces a role that is set already, and the role stays when the stack is deleted. The
   * services of a stack share one. With `false` the account must have a role; without any, the deployment fails.
   * @default - true; false where the app sets the feature flag `@aws-cdk/aws-apigateway:disableCloudWatchRole`, as apps of `cdk init` do
   */
  readonly cloudWatchRole?: boolean;

  /**
   * How the functions run: from zip files or a container image, on which processor, with how much memory and concurrency.
   * @default Compute.zip()
   */
  readonly compute?: Compute;

  /**
   * Bucket of your own, which the service uses below `originals/` and `variants/`, in the same account and Region. One made in this app gets the
   * policy statements, CORS rules and lifecycle rules that the service needs; of an imported one, warnings print them for its owner. It must send
   * its events to EventBridge (`eventBridgeEnabled`), which tells the workers of uploads. It must block public access, have ACLs off and no default
   * retention of Object Lock; with versioning, deleted images live on. See docs/bring-your-own.md.
   * @default - a private bucket is made
   */
  readonly bucket?: s3.IBucket;

  /**
   * Table of your own, which nothing else uses, in the same account and Region: partition key `image_id`, indexes `by_user` and `by_due`, time to
   * live on `expires_at`. Synthesis fails and names what is missing where the table is made in this app.
   * @default - an on-demand table with point-in-time recovery is made
   */
  readonly table?: dynamodb.ITable;

  /**
   * Key that encrypts the bucket and the table that are made. It must be in the account and the Region of the service. Those that you bring have keys of their own. With `Delivery.cloudFront()` CloudFront
   * may decrypt with it, for distributions of this account; of an imported key a warning prints the statement that its owner must add.
   * @default - keys that S3 and DynamoDB own, which cost nothing
   */
  readonly encryptionKey?: kms.IKey;
}
