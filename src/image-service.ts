import { CfnOutput, type Duration, type Size } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { ImageApi } from './api/image-api';
import type { ContentDelivery } from './delivery/content-delivery';
import type { EventPublishing } from './events/event-publishing';
import { ImageEventSource } from './events/image-event-source';
import { checkService } from './image-service-checks';
import { completeProps } from './image-service-defaults';
import { type EventParts, makeEventPublishing } from './image-service-events';
import { makeDelivery, makeMonitoring, makeProcessing, type MonitoringParts } from './image-service-parts';
import type { ImageServiceProps } from './image-service-props';
import { Metadata } from './metadata/metadata';
import { Sweeper } from './metadata/sweeper';
import { checkActions } from './monitoring/alarm-checks';
import type { ServiceMonitoring } from './monitoring/service-monitoring';
import { makeFunctionSettings } from './private/function-settings';
import { combine } from './private/grants';
import { buildServiceName } from './private/service-name';
import { checkKind, locate, throwOptionError } from './private/validate';
import type { UploadProcessing } from './processing/upload-processing';
import { Variant } from './processing/variant';
import { VariantSet } from './processing/variant-set';
import type { Retention } from './storage/retention';
import { REQUEST_METRICS, Storage } from './storage/storage';
import type { UploadRules } from './storage/upload-rules';

/** A complete image service: direct uploads to S3, metadata in DynamoDB, variants behind a CDN, and an HTTP API. */
export class ImageService extends ImageEventSource {
  /** The REST API. Associate a web ACL or a domain name with it, or read its metrics. */
  public readonly api: apigateway.RestApi;
  /** Base URL of the API with a trailing slash. Also an output of the stack. */
  public readonly url: string;
  /** The bucket of originals and variants: the service's, or your own. */
  public readonly bucket: s3.IBucket;
  /** The table of records: the service's, or your own. */
  public readonly table: dynamodb.ITable;
  /** The function behind every route of the API. */
  public readonly apiFunction: lambda.IFunction;
  /** The sweeper. It runs every 5 minutes, finishes interrupted work and expires records without an upload. */
  public readonly sweeperFunction: lambda.IFunction;
  /** The queue of uploads that wait for a worker. Undefined with `Processing.none()`. */
  public readonly queue?: sqs.IQueue;
  /**
   * The surplus queue: uploads of users that already use their share of workers. Undefined with `Processing.none()`.
   */
  public readonly surplusQueue?: sqs.IQueue;
  /** The dead-letter queue: uploads that failed five times. Undefined with `Processing.none()`. */
  public readonly deadLetterQueue?: sqs.IQueue;
  /** The function that makes variants. Undefined with `Processing.none()`. */
  public readonly workerFunction?: lambda.IFunction;
  /**
   * The operator function, which redrives and reprocesses images. Undefined with `Processing.none()`. Its name is an
   * output of the stack.
   */
  public readonly operatorFunction?: lambda.IFunction;
  /**
   * The bucket of virus definitions: the service's, or your own. Pass it to other image services, so that only one
   * downloads from the mirror. Undefined without ClamAV.
   */
  public readonly definitionsBucket?: s3.IBucket;
  private readonly uploads: UploadRules;
  private readonly retention: Retention;
  private readonly storage: Storage;
  private readonly metadata: Metadata;
  private readonly imageApi: ImageApi;
  private readonly variants: VariantSet;
  private readonly processing?: UploadProcessing;
  private readonly delivery?: ContentDelivery;
  private readonly monitoring?: ServiceMonitoring;
  private readonly eventParts: EventParts;

  /**
   * Makes an image service.
   * @throws if a prop has the wrong type or two props exclude each other; the error names the props, the rule, the
   * value and the fix
   */
  constructor(scope: Construct, id: string, props: ImageServiceProps = {}) {
    super(scope, id);
    checkService(this, props);
    const { bucket, table, encryptionKey } = props;
    const complete = completeProps(props);
    const { uploads, retention, processing, delivery, monitoring, compute: { architecture } } = complete;
    this.uploads = uploads;
    this.retention = retention;
    const requestMetrics = monitoring._needsRequestMetrics(bucket !== undefined);
    this.storage = new Storage(this, 'Storage', { uploads, retention, bucket, encryptionKey, requestMetrics });
    this.metadata = new Metadata(this, 'Metadata', { ...retention, table, encryptionKey });
    const functionSettings = makeFunctionSettings(this, complete.compute, monitoring);
    this.imageApi = new ImageApi(this, 'Api', { ...complete, functionSettings, serviceName: buildServiceName(this) });
    const sweeper = new Sweeper(this, 'Sweeper', { functionSettings, uploads });
    this.storage.grantServe(this.imageApi.function, !delivery._cloudFront);
    this.metadata.grantServe(this.imageApi.function);
    for (const part of [this.storage, this.metadata]) part.grantSweep(sweeper.function);
    this.variants = new VariantSet(props.variants, delivery._delivery);
    const { storage, metadata, imageApi, variants } = this;
    const shared = { uploads, variants, sweeper: sweeper.function, architecture, functionSettings };
    const parts = { storage, metadata, imageApi, ...shared };
    this.processing = makeProcessing(this, parts, processing);
    this.delivery = makeDelivery(this, parts, this.processing, delivery);
    this.eventParts = { events: props.events, functionSettings, metadata };
    this.api = this.imageApi.restApi;
    this.url = this.imageApi.url;
    this.bucket = this.storage.bucket;
    this.table = this.metadata.table;
    this.apiFunction = this.imageApi.function;
    this.sweeperFunction = sweeper.function;
    this.queue = this.processing?.queue;
    this.surplusQueue = this.processing?.surplusQueue;
    this.deadLetterQueue = this.processing?.deadLetterQueue;
    this.workerFunction = this.processing?.worker;
    this.operatorFunction = this.processing?.operator;
    this.definitionsBucket = this.processing?.definitionsBucket;
    this.monitoring = makeMonitoring(this, this.listMonitored(requestMetrics), monitoring);
    if (props.events?._settings) this._publishEvents();
    new CfnOutput(this, 'ApiUrl', { value: this.url, description: 'Base URL of the image API' });
  }

  /** The function that verifies tokens. Undefined unless the access is `ApiAccess.jwt()` or `ApiAccess.cognito()`. */
  public get authorizerFunction(): lambda.IFunction | undefined {
    return this.imageApi.authorizerFunction;
  }

  /** The CloudFront distribution, for DNS records or metrics. Undefined with `Delivery.presignedOnly()`. */
  public get distribution(): cloudfront.IDistribution | undefined {
    return this.delivery?.distribution;
  }

  /**
   * Base URL of variants, without a trailing slash. Also an output of the stack. Undefined with
   * `Delivery.presignedOnly()`.
   */
  public get deliveryUrl(): string | undefined {
    return this.delivery?.url;
  }

  /** The transform function, which makes variants on demand. Undefined with `Delivery.presignedOnly()`. */
  public get transformFunction(): lambda.IFunction | undefined {
    return this.delivery?.transform;
  }

  /** The function that invalidates deleted images in CloudFront. Undefined with `Delivery.presignedOnly()`. */
  public get invalidatorFunction(): lambda.IFunction | undefined {
    return this.delivery?.invalidator;
  }

  /** The queue of images to invalidate in CloudFront. Undefined with `Delivery.presignedOnly()`. */
  public get invalidationQueue(): sqs.IQueue | undefined {
    return this.delivery?.invalidationQueue;
  }

  /** All functions of the service. */
  public get functions(): lambda.IFunction[] {
    return [
      this.apiFunction, this.sweeperFunction, ...this.processing?.functions ?? [], ...this.delivery?.functions ?? [],
      ...[this.authorizerFunction, this.publisherFunction].filter(handler => handler !== undefined),
    ];
  }

  /**
   * The alarms by their names, such as `ApiErrors`. docs/runbook.md lists them. Empty with `Monitoring.none()`.
   */
  public get alarms(): { [name: string]: cloudwatch.IAlarm } {
    return { ...this.monitoring?.alarms };
  }

  /**
   * The dashboard, to add widgets of your own. Undefined with `Monitoring.none()` or without `dashboard`.
   */
  public get dashboard(): cloudwatch.Dashboard | undefined {
    return this.monitoring?.dashboard;
  }

  /** Largest image that can be uploaded. */
  public get maxUploadSize(): Size {
    return this.uploads.maxSize;
  }

  /** Content types that can be uploaded, such as `image/jpeg`. */
  public get acceptedTypes(): string[] {
    return this.uploads.contentTypes;
  }

  /** How long an upload or download URL works. */
  public get urlTtl(): Duration {
    return this.uploads.urlTtl;
  }

  /** How long the record of a deleted image is kept. */
  public get deletedRecords(): Duration {
    return this.retention.deletedRecords;
  }

  /**
   * Adds a variant to the set. Existing images get it with `reprocess`.
   * @throws if the argument is no `Variant`, another variant has its name, or the service has `Processing.none()`
   */
  public addVariant(variant: Variant): void {
    locate(this);
    checkKind('variant', variant, Variant);
    if (!this.processing) {
      throwOptionError('addVariant', 'has no effect with Processing.none()', variant.name, 'use Processing.queue()');
    }
    this.variants.add(variant);
  }

  /**
   * Lets a backend call the whole API. The backend acts for any user that it names in `x-user-id`, so grant this to
   * trusted code only, never to end users.
   * @throws unless the access is `ApiAccess.iam()`: API Gateway looks at no permission then
   */
  public grantInvoke(grantee: iam.IGrantable): iam.Grant {
    locate(this);
    return this.imageApi.grantInvoke(grantee);
  }

  /**
   * Lets an operator redrive and reprocess images, which costs money. It grants the invocation of `operatorFunction`.
   * @throws if the service has `Processing.none()`
   */
  public grantOperate(grantee: iam.IGrantable): iam.Grant {
    locate(this);
    if (!this.processing) {
      throwOptionError(
        'grantOperate', 'needs Processing.queue()', 'Processing.none()', "set 'processing: Processing.queue()'",
      );
    }
    return this.processing.grantOperate(grantee);
  }

  /**
   * Lets a principal read the originals of all users directly from the bucket, for analysis or export. With a scanner,
   * the bucket policy still denies originals that were not found clean.
   */
  public grantReadOriginals(grantee: iam.IGrantable): iam.Grant {
    return this.storage.grantReadOriginals(grantee);
  }

  /**
   * Lets a principal read, list, write and delete all originals, variants and records without the API, for operators
   * and migrations. With a scanner, originals that were not found clean stay unreadable. The bucket still denies writes
   * that could overwrite an original: write with a single PUT and `If-None-Match: *`. Multipart uploads and plain
   * copies are denied too.
   */
  public grantManage(grantee: iam.IGrantable): iam.Grant {
    return combine(this.storage.grantManage(grantee), this.metadata.grantManage(grantee));
  }

  /**
   * Adds actions to all alarms, when an alarm goes off.
   * @throws if the service has `Monitoring.none()`, or an argument is no alarm action, such as a topic
   */
  public addAlarmAction(...actions: cloudwatch.IAlarmAction[]): void {
    locate(this);
    if (!this.monitoring) {
      throwOptionError(
        'addAlarmAction', 'has no effect with Monitoring.none()', `${actions.length} actions`, 'use Monitoring.of()',
      );
    }
    checkActions('addAlarmAction', actions);
    this.monitoring.addActions(actions);
  }

  /** @internal */
  protected _makeEventPublishing(): EventPublishing {
    return makeEventPublishing(this, { ...this.eventParts, monitoring: this.monitoring });
  }

  private listMonitored(requestMetrics: boolean): MonitoringParts {
    const { api, table, bucket, functions, imageApi: { accessLogs } } = this;
    return {
      serviceName: buildServiceName(this),
      api,
      accessLogs,
      table,
      bucket,
      requestMetricsId: requestMetrics ? REQUEST_METRICS.id : undefined,
      functions,
      processing: this.processing?.monitored,
      delivery: this.delivery?.monitored,
    };
  }
}
