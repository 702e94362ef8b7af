import { CfnOutput, type Duration, type Size } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ApiAccess } from './api/api-access';
import { Compute } from './api/compute';
import { ImageApi } from './api/image-api';
import { Limits } from './api/request-limits';
import { COMMON_ENV, DELIVERY_ENV, type ProcessingMode } from './contract';
import { ContentDelivery } from './delivery/content-delivery';
import { Delivery } from './delivery/delivery';
import { checkService } from './image-service-checks';
import type { ImageServiceProps } from './image-service-props';
import { Metadata } from './metadata/metadata';
import { Sweeper } from './metadata/sweeper';
import { combine } from './private/grants';
import { checkKind, locate, throwOptionError } from './private/validate';
import { Processing } from './processing/processing';
import { UploadProcessing } from './processing/upload-processing';
import { Variant } from './processing/variant';
import { VariantSet } from './processing/variant-set';
import { Retention } from './storage/retention';
import { Storage } from './storage/storage';
import { UploadRules } from './storage/upload-rules';

/** A complete image service: direct uploads to S3, metadata in DynamoDB, variants behind a CDN, and an HTTP API. */
export class ImageService extends Construct {
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
  /** The CloudFront distribution, for DNS records or metrics. Undefined with `Delivery.presignedOnly()`. */
  public readonly distribution?: cloudfront.IDistribution;
  /**
   * Base URL of variants, without a trailing slash. Also an output of the stack. Undefined with
   * `Delivery.presignedOnly()`.
   */
  public readonly deliveryUrl?: string;
  /** The transform function, which makes variants on demand. Undefined with `Delivery.presignedOnly()`. */
  public readonly transformFunction?: lambda.IFunction;
  /** The function that invalidates deleted images in CloudFront. Undefined with `Delivery.presignedOnly()`. */
  public readonly invalidatorFunction?: lambda.IFunction;
  /** The queue of images to invalidate in CloudFront. Undefined with `Delivery.presignedOnly()`. */
  public readonly invalidationQueue?: sqs.IQueue;
  private readonly uploads: UploadRules;
  private readonly retention: Retention;
  private readonly storage: Storage;
  private readonly metadata: Metadata;
  private readonly imageApi: ImageApi;
  private readonly variants: VariantSet;
  private readonly processing?: UploadProcessing;
  private readonly delivery?: ContentDelivery;

  /**
   * Makes an image service.
   * @throws if a prop has the wrong type or two props exclude each other; the error names the props, the rule, the
   * value and the fix
   */
  constructor(scope: Construct, id: string, props: ImageServiceProps = {}) {
    super(scope, id);
    checkService(this, props);
    const { bucket, table, encryptionKey, cloudWatchRole } = props;
    const { access = ApiAccess.iam(), limits = Limits.of(), compute = Compute.zip() } = props;
    const { uploads = UploadRules.of(), retention = Retention.of(), processing = Processing.queue() } = props;
    this.uploads = uploads;
    this.retention = retention;
    // Without processing there are no variants that a CDN could deliver.
    const delivery = props.delivery ?? (processing._queue ? Delivery.cloudFront() : Delivery.presignedOnly());

    this.storage = new Storage(this, 'Storage', { uploads, retention, bucket, encryptionKey });
    this.metadata = new Metadata(this, 'Metadata', { ...retention, table, encryptionKey });
    this.imageApi = new ImageApi(this, 'Api', { access, uploads, limits, compute, cloudWatchRole });
    const sweeper = new Sweeper(this, 'Sweeper', { code: compute._code, uploads });
    this.storage.grantServe(this.imageApi.function, !delivery._cloudFront);
    this.metadata.grantServe(this.imageApi.function);
    for (const part of [this.storage, this.metadata]) part.grantSweep(sweeper.function);
    this.variants = new VariantSet(props.variants, delivery._delivery);
    this.processing = this.makeProcessing(processing, compute, sweeper.function);
    this.delivery = this.makeDelivery(delivery, compute, sweeper.function);

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
    this.distribution = this.delivery?.distribution;
    this.deliveryUrl = this.delivery?.url;
    this.transformFunction = this.delivery?.transform;
    this.invalidatorFunction = this.delivery?.invalidator;
    this.invalidationQueue = this.delivery?.invalidationQueue;
    new CfnOutput(this, 'ApiUrl', { value: this.url, description: 'Base URL of the image API' });
  }

  /** All functions of the service. */
  public get functions(): lambda.IFunction[] {
    return [
      this.apiFunction, this.sweeperFunction, ...this.processing?.functions ?? [], ...this.delivery?.functions ?? [],
    ];
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
   */
  public grantInvoke(grantee: iam.IGrantable): iam.Grant {
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

  /** Sets PROCESSING_MODE on every function and makes the processing resources. */
  private makeProcessing(
    { _queue: settings }: Processing, compute: Compute, sweeper: lambda.Function,
  ): UploadProcessing | undefined {
    const mode: ProcessingMode = settings ? 'queue' : 'none';
    const readers = [this.imageApi.function, sweeper];
    for (const reader of readers) reader.addEnvironment(COMMON_ENV.PROCESSING, mode);
    if (!settings) return undefined;
    const { variants, uploads, storage, metadata } = this;
    const { _code: code, architecture } = compute;
    const processing = new UploadProcessing(this, 'Processing', {
      settings,
      variants,
      code,
      architecture,
      uploads,
      storage,
      metadata,
      readers,
    });
    processing.grantAnnounce(sweeper);
    new CfnOutput(this, 'OperatorFunctionName', {
      value: processing.operator.functionName,
      description: 'Function that redrives and reprocesses images',
    });
    return processing;
  }

  /** Sets DELIVERY_MODE on the functions that issue URLs or delete variants, and makes the delivery resources. */
  private makeDelivery(
    { _cloudFront: settings }: Delivery, { _code: code }: Compute, sweeper: lambda.Function,
  ): ContentDelivery | undefined {
    const { processing, imageApi, uploads, variants, storage, metadata } = this;
    const deleters = processing ? [sweeper, processing.worker] : [sweeper];
    if (!settings || !processing) {
      for (const handler of [imageApi.function, ...deleters]) handler.addEnvironment(DELIVERY_ENV.MODE, 'presigned');
      return undefined;
    }
    const { decoding } = processing;
    const delivery = new ContentDelivery(this, 'Delivery', {
      settings,
      code,
      uploads,
      variants,
      decoding,
      storage,
      metadata,
    });
    delivery.grantServe(imageApi.function);
    deleters.forEach(handler => delivery.grantAnnounce(handler));
    new CfnOutput(this, 'DeliveryUrl', { value: delivery.url, description: 'Base URL of the images' });
    return delivery;
  }
}
