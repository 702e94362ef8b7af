import { Duration } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import { Construct } from 'constructs';
import { makeEdgeFunction, makePrivateFunction } from './edge-function';
import { makeErrorPageCachePolicy, makeHeadersPolicy, makeImageCachePolicy } from './policies';
import type { CloudFrontSettings } from './settings';
import type { Transform } from './transform';
import { DELIVERY, type DeliveryCors, PREFIXES } from '../contract';
import { buildAccountName } from '../private/account-name';
import { suppress } from '../private/nag';
import type { IVariantSet } from '../processing/interfaces';
import type { IStorage, IUploadRules } from '../storage/interfaces';

export interface ImageDistributionProps {
  readonly settings: CloudFrontSettings;
  readonly uploads: IUploadRules;
  readonly variants: IVariantSet;
  readonly storage: IStorage;
  readonly transform: Transform;
  /** Undefined with `Viewers.anyone()`. */
  readonly keyGroup?: cloudfront.IKeyGroupRef;
}

/**
 * Errors that CloudFront can cache. It obeys `no-store` on 404, 410, 414 and 501 only, so each gets a TTL here: 0,
 * except for 404.
 */
const ERRORS = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/** CloudFront's maximum without a raised quota (Amazon CloudFront Developer Guide, "Response timeout"). */
const ORIGIN_TIMEOUT = Duration.seconds(60);

/** The CloudFront distribution. It gets variants from the bucket, and missing ones from the transform function. */
export class ImageDistribution extends Construct {
  public readonly distribution: cloudfront.Distribution;

  constructor(scope: Construct, id: string, props: ImageDistributionProps) {
    super(scope, id);
    const { settings, transform } = props;
    const transformOrigin = this.makeTransformOrigin(transform);
    const common = this.buildCommonBehavior(props);
    // Without signatures, because viewers without a signature see it.
    const errorPage = {
      ...common,
      origin: transformOrigin,
      cachePolicy: makeErrorPageCachePolicy(this, 'ErrorPageCache'),
    };
    const images = { ...common, ...this.buildImageBehavior(props, transformOrigin) };
    this.distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: 'Image service',
      defaultBehavior: props.keyGroup ? this.buildSignedBehavior(images, props.keyGroup) : images,
      additionalBehaviors: {
        ...Object.fromEntries(Object.values(DELIVERY.ERROR_PAGES).map(path => [path, errorPage])),
        ...props.keyGroup && { [DELIVERY.PUBLIC_PATHS]: this.buildPublicBehavior(images) },
      },
      errorResponses: ERRORS.map(buildErrorResponse),
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      priceClass: settings.priceClass,
      webAclId: settings.webAcl,
      ...(settings.domainNames.length > 0 && {
        domainNames: settings.domainNames,
        certificate: settings.certificate,
        // It has no effect without a custom certificate, and aws-cdk-lib 2.265 and newer warn about it.
        minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
      ...(settings.logBucket && { enableLogging: true, logBucket: settings.logBucket, logIncludesCookies: false }),
    });
    suppressFindings(this.distribution, settings);
  }

  private buildCommonBehavior(props: ImageDistributionProps): Omit<cloudfront.BehaviorOptions, 'origin'> {
    return {
      // A signature sent over plain HTTP once is public.
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
      compress: false,
      responseHeadersPolicy: makeHeadersPolicy(this, 'Headers', buildCors(props)),
    };
  }

  private buildImageBehavior(
    props: ImageDistributionProps, fallbackOrigin: cloudfront.IOrigin,
  ): cloudfront.BehaviorOptions {
    const { storage, variants, keyGroup } = props;
    // Not `withOriginAccessControl`, which lets CloudFront read the whole bucket.
    const primaryOrigin = origins.S3BucketOrigin.withBucketDefaults(storage.bucket, {
      originPath: `/${PREFIXES.VARIANTS.replace(/\/$/, '')}`,
      originAccessControlId: this.makeStorageAccess().originAccessControlId,
    });
    return {
      origin: new origins.OriginGroup({ primaryOrigin, fallbackOrigin, fallbackStatusCodes: [...DELIVERY.FAILOVER] }),
      cachePolicy: makeImageCachePolicy(this, 'ImageCache', keyGroup ? 'signed' : 'anyone'),
      functionAssociations: [{
        function: makeEdgeFunction(this, 'Edge', variants, buildCors(props), keyGroup !== undefined),
        eventType: cloudfront.FunctionEventType.VIEWER_REQUEST,
      }],
    };
  }

  /** Viewers need a signature, and only they may cache a success. */
  private buildSignedBehavior(
    images: cloudfront.BehaviorOptions, keyGroup: cloudfront.IKeyGroupRef,
  ): cloudfront.BehaviorOptions {
    const marking = {
      function: makePrivateFunction(this, 'Private'),
      eventType: cloudfront.FunctionEventType.VIEWER_RESPONSE,
    };
    return {
      ...images,
      functionAssociations: [...images.functionAssociations ?? [], marking],
      trustedKeyGroups: [keyGroup],
    };
  }

  /**
   * Public images: the origins and the function of all others, but no signature. The origins hold copies for these
   * paths only.
   */
  private buildPublicBehavior(images: cloudfront.BehaviorOptions): cloudfront.BehaviorOptions {
    return { ...images, cachePolicy: makeImageCachePolicy(this, 'PublicCache', 'public') };
  }

  private makeStorageAccess(): cloudfront.S3OriginAccessControl {
    const scope = new Construct(this, 'Storage');
    return new cloudfront.S3OriginAccessControl(scope, 'Access', {
      originAccessControlName: buildAccountName(scope),
      description: 'Image service: reads variants',
    });
  }

  /**
   * Not `withOriginAccessControl`: its permissions depend on the version of aws-cdk-lib. `Transform.serve` adds the
   * service's own.
   */
  private makeTransformOrigin({ url }: Transform): cloudfront.IOrigin {
    const scope = new Construct(this, 'Transform');
    const { originAccessControlId } = new cloudfront.FunctionUrlOriginAccessControl(scope, 'Access', {
      originAccessControlName: buildAccountName(scope),
      description: 'Image service: calls the transform function',
    });
    // With the default of 3, CloudFront repeats a GET that exceeds the timeout (Developer Guide, "Response timeout"):
    // three functions decode.
    return new origins.FunctionUrlOrigin(url, {
      originAccessControlId,
      readTimeout: ORIGIN_TIMEOUT,
      connectionAttempts: 1,
    });
  }
}

function buildErrorResponse(httpStatus: number): cloudfront.ErrorResponse {
  const responsePagePath = (DELIVERY.ERROR_PAGES as Record<number, string | undefined>)[httpStatus];
  const ttl = Duration.seconds(httpStatus === 404 ? DELIVERY.NOT_FOUND_TTL_SECONDS : 0);
  return { httpStatus, ttl, ...(responsePagePath && { responsePagePath, responseHttpStatus: httpStatus }) };
}

/** Scripts need permission to read with cookies. */
function buildCors({ settings, uploads, keyGroup }: ImageDistributionProps): DeliveryCors {
  return { origins: settings.corsOrigins ?? uploads.corsOrigins, credentials: keyGroup !== undefined };
}

function suppressFindings(
  distribution: cloudfront.Distribution, { certificate, webAcl, logBucket }: CloudFrontSettings,
): void {
  suppress(
    distribution,
    {
      rules: ['AwsSolutions-CFR1', 'CKV_AWS_374'],
      reason: 'The app decides where its users are, so the service blocks no country.',
    },
    {
      rules: ['CKV_AWS_305'],
      reason: 'The distribution serves images only: the root path gets the same error as every unknown path and needs no default object.',
    },
  );
  if (!certificate) {
    suppress(distribution, {
      rules: ['AwsSolutions-CFR4', 'CKV_AWS_174'],
      reason: 'The default CloudFront certificate allows no minimum TLS version; with `domainNames` and `certificate`, viewers need TLS 1.2 or newer.',
    });
  }
  if (!webAcl) {
    suppress(distribution, {
      rules: ['AwsSolutions-CFR2', 'CKV_AWS_68'],
      reason: 'A web ACL has a monthly cost; it is optional: set its ARN as `webAcl`.',
    });
  }
  if (!logBucket) {
    suppress(distribution, {
      rules: ['AwsSolutions-CFR3', 'CKV_AWS_86'],
      reason:
        'Access logs would contain the query strings of signed URLs; they are optional: set a bucket as `logBucket`.',
    });
  }
}
