import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { ApiAccess } from './api/api-access';
import type { Compute } from './api/compute';
import type { Limits } from './api/request-limits';
import type { Delivery } from './delivery/delivery';
import type { Events } from './events/events';
import type { Monitoring } from './monitoring/monitoring';
import type { Processing } from './processing/processing';
import type { Variant } from './processing/variant';
import type { Retention } from './storage/retention';
import type { UploadRules } from './storage/upload-rules';

/** Props of `ImageService`. All are optional. */
export interface ImageServiceProps {
  /**
   * Access to the API: the callers, and how a request names its user.
   * @default ApiAccess.iam()
   */
  readonly access?: ApiAccess;

  /**
   * Rules of uploads: size, formats, lifetime of URLs, web origins, acceleration.
   * @default UploadRules.of()
   */
  readonly uploads?: UploadRules;

  /**
   * Processing of an upload before the image is `ready`.
   * @default Processing.queue()
   */
  readonly processing?: Processing;

  /**
   * The closed set of 1 to 16 variants that every image gets. `addVariant` extends it.
   * @default - `thumb` (320 pixels), `small` (640), `medium` (1280) and `large` (2048, made on demand if the delivery
   * can), by the longer edge
   */
  readonly variants?: Variant[];

  /**
   * Delivery of images to viewers.
   * @default - `Delivery.cloudFront()` with signed URLs; `Delivery.presignedOnly()` with `Processing.none()`, because
   * there are no variants that a CDN could deliver
   */
  readonly delivery?: Delivery;

  /**
   * How long images, records and tombstones of deleted images are kept.
   * @default Retention.of()
   */
  readonly retention?: Retention;

  /**
   * Throttling of the API: requests over the limits get 429.
   * @default Limits.of()
   */
  readonly limits?: Limits;

  /**
   * Whether to create the IAM role that API Gateway uses to write logs. API Gateway has one log role for all REST APIs
   * of an account and region, and the deployment fails without it. With `true` the deployment sets the role and
   * replaces an existing one. The role stays when the stack is deleted, and the services of a stack share it. Use
   * `false` if the account already has a log role.
   * @default - true; false if the app sets the feature flag `@aws-cdk/aws-apigateway:disableCloudWatchRole`, as apps of
   * `cdk init` do
   */
  readonly cloudWatchRole?: boolean;

  /**
   * Name of the API's only stage: the first path segment of its URLs, and the end of its execution log group's name.
   * From 1 to 128 letters, digits, hyphens and underscores. A change replaces the stage, so the API gets a new URL.
   * @default 'prod'
   */
  readonly stageName?: string;

  /**
   * Alarms, a dashboard and the settings of all logs. By default, the alarms have no actions: set `alarmTopic`. See
   * docs/runbook.md for the alarms.
   * @default Monitoring.of()
   */
  readonly monitoring?: Monitoring;

  /**
   * How the functions run: as zip files or a container image, on which processor, with how much memory and concurrency.
   * @default Compute.zip()
   */
  readonly compute?: Compute;

  /**
   * Events about images, for other parts of your system.
   * @default - no events, until `onImageReady()` or another rule turns on `Events.eventBridge()`
   */
  readonly events?: Events;

  /**
   * Your own bucket in the same account and region. The service uses it below `originals/` and `variants/`. A bucket of
   * this app gets the policy statements, CORS rules and lifecycle rules of the service. For an imported bucket,
   * warnings print them for its owner. The bucket must send its events to EventBridge (`eventBridgeEnabled`), which
   * forwards new uploads to the queue. It must block public access, have ACLs off and no default retention of Object
   * Lock. With versioning, deleted images stay as old versions. See docs/bring-your-own.md.
   * @default - a private bucket is made
   */
  readonly bucket?: s3.IBucket;

  /**
   * Your own table in the same account and region, for this service only: partition key `image_id`, indexes `by_user`
   * and `by_due`, time to live on `expires_at`; with events, a stream of new and old images. If the table is made in
   * this app, synthesis fails and names each missing property.
   * @default - an on-demand table with point-in-time recovery is made
   */
  readonly table?: dynamodb.ITable;

  /**
   * KMS key for the bucket and the table that the service makes. It must be in the account and region of the service.
   * Your own bucket and table keep their own keys. With `Delivery.cloudFront()`, CloudFront may decrypt with it for
   * distributions of this account. For an imported key, a warning prints the statement that its owner must add.
   * @default - keys that S3 and DynamoDB own, which cost nothing
   */
  readonly encryptionKey?: kms.IKey;
}
