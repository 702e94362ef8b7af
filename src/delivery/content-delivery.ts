import { Stack, Token } from 'aws-cdk-lib';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ImageDistribution } from './image-distribution';
import { Invalidations } from './invalidations';
import { makeSigner } from './make-signer';
import type { CloudFrontSettings } from './settings';
import type { Signer } from './signer';
import { Transform } from './transform';
import { DELIVERY_ENV } from '../contract';
import type { IMetadata } from '../metadata/interfaces';
import type { FunctionSettings } from '../private/function-settings';
import { findMissingFeature } from '../private/regions';
import { throwOptionError } from '../private/validate';
import type { IDecoding, IVariantSet } from '../processing/interfaces';
import type { IStorage, IUploadRules } from '../storage/interfaces';

export interface ContentDeliveryProps {
  readonly settings: CloudFrontSettings;
  readonly functionSettings: FunctionSettings;
  readonly uploads: IUploadRules;
  readonly variants: IVariantSet;
  readonly decoding: IDecoding;
  readonly storage: IStorage;
  readonly metadata: IMetadata;
}

/** Delivery by CloudFront: the distribution, the transform function, the signer and the invalidations. */
export class ContentDelivery extends Construct {
  public readonly distribution: cloudfront.Distribution;
  /** Without a trailing slash. */
  public readonly url: string;
  public readonly transform: lambda.Function;
  public readonly invalidator: lambda.Function;
  public readonly invalidationQueue: sqs.Queue;
  /** All functions of the delivery. */
  public readonly functions: lambda.Function[];
  private readonly invalidationDeadLetterQueue: sqs.Queue;
  private readonly settings: CloudFrontSettings;
  /** Undefined with `Viewers.anyone()`. */
  private readonly signer?: Signer;

  constructor(scope: Construct, id: string, props: ContentDeliveryProps) {
    super(scope, id);
    checkRegion(this);
    const { settings, functionSettings, storage, metadata, decoding } = props;
    const { transformMemory: memory, transformConcurrency: reservedConcurrency } = settings;
    this.settings = settings;
    const isSigned = settings.viewers.kind === 'signed';
    this.signer = isSigned ? makeSigner(this, 'Signing', settings.signing, functionSettings) : undefined;
    const transform = new Transform(this, 'Transform', { functionSettings, decoding, memory, reservedConcurrency });
    this.transform = transform.function;
    storage.grantTransform(this.transform);
    metadata.grantTransform(this.transform);
    this.distribution = new ImageDistribution(this, 'Cdn', {
      ...props,
      transform,
      keyGroup: this.signer?.keyGroup,
    }).distribution;
    transform.serve(this.distribution.distributionArn);
    storage.grantDelivery(this.distribution.distributionArn);
    this.url = `https://${settings.domainNames[0] ?? this.distribution.distributionDomainName}`;

    const { distribution } = this;
    const invalidations = new Invalidations(this, 'Invalidations', { functionSettings, distribution });
    this.invalidationQueue = invalidations.queue;
    this.invalidationDeadLetterQueue = invalidations.deadLetterQueue;
    this.invalidator = invalidations.function;
    metadata.grantInvalidate(this.invalidator);
    this.grantInvalidate(this.transform);
    this.functions = [this.transform, this.invalidator, ...this.signer?.functions ?? []];
  }

  /** The distribution and the queues, for alarms. */
  public get monitored() {
    const { distribution, invalidationQueue, invalidationDeadLetterQueue, signer } = this;
    return { distribution, invalidationQueue, invalidationDeadLetterQueue, isSigned: signer !== undefined };
  }

  /** The API function issues URLs and cookies, and queues invalidations of deleted images. */
  public grantServe(handler: lambda.Function): void {
    this.grantAnnounce(handler);
    handler.addEnvironment(DELIVERY_ENV.BASE_URL, this.url);
    if (!this.signer) return;
    const { urlTtl, cookieDomain = '' } = this.settings;
    handler.addEnvironment(DELIVERY_ENV.URL_TTL, `${urlTtl.toSeconds()}`);
    handler.addEnvironment(DELIVERY_ENV.COOKIE_DOMAIN, cookieDomain);
    this.signer.grantSign(handler);
  }

  /** Sweeper and worker queue invalidations of deleted images, and of variants that changed under the same URL. */
  public grantAnnounce(handler: lambda.Function): void {
    handler.addEnvironment(DELIVERY_ENV.MODE, this.settings.viewers.kind);
    this.grantInvalidate(handler);
  }

  private grantInvalidate(handler: lambda.Function): void {
    handler.addEnvironment(DELIVERY_ENV.INVALIDATION_QUEUE_URL, this.invalidationQueue.queueUrl);
    handler.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.invalidationQueue.queueArn] }),
    );
  }
}

function checkRegion(scope: Construct): void {
  const { region } = Stack.of(scope);
  const missing = Token.isUnresolved(region) ? undefined : findMissingFeature(region);
  if (missing) {
    throwOptionError(
      'delivery',
      `needs ${missing}, which ${region} does not have`,
      'Delivery.cloudFront()',
      'use Delivery.presignedOnly(), or another region',
    );
  }
}
