import { Duration } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { checkCloudFront } from './checks';
import type { CloudFrontDeliveryOptions } from './cloud-front-options';
import type { CloudFrontSettings } from './settings';
import { Signing } from './signing';
import { Viewers } from './viewers';
import { CDN_VARIANTS, DELIVERY, PRESIGNED_VARIANTS, type VariantFormat } from '../contract';
import { makeFromOptions, listOptionNames } from '../private/validate';
import type { IDelivery } from '../processing/interfaces';

const CLOUDFRONT_OPTIONS = listOptionNames<CloudFrontDeliveryOptions>({
  domainNames: true,
  certificate: true,
  viewers: true,
  signing: true,
  urlTtl: true,
  cookieDomain: true,
  corsOrigins: true,
  priceClass: true,
  webAcl: true,
  logBucket: true,
  transformMemory: true,
  transformConcurrency: true,
});

/** Delivery of images to viewers. */
export class Delivery {
  /**
   * Delivers variants by Amazon CloudFront, which caches them near viewers and gives each browser the best format that
   * it accepts. Variants that were not made at upload are made at the first request. URLs are signed unless `viewers`
   * says otherwise: one signature for all variants of an image. Default formats: AVIF, WebP and JPEG.
   *
   * The first deployment of a distribution takes minutes. An account has 20 cache policies and 20 response headers
   * policies. A service takes three of the former, or two with `Viewers.anyone()`, and one of the latter.
   * @throws if an option breaks a rule or two options exclude each other; the error names the option, the rule, the
   * value and the fix
   */
  public static cloudFront(options: CloudFrontDeliveryOptions = {}): Delivery {
    return makeFromOptions(
      'delivery',
      'Delivery.cloudFront()',
      options,
      CLOUDFRONT_OPTIONS,
      () => new Delivery(buildPreferences('Delivery.cloudFront()', CDN_VARIANTS), buildSettings(options)),
    );
  }

  /**
   * Delivers variants by presigned S3 URLs, which the API returns with the image and which work for `uploads.urlTtl`.
   * There is no cache and no transform function: all variants are made at upload. Default format: WebP.
   */
  public static presignedOnly(): Delivery {
    return new Delivery(buildPreferences('Delivery.presignedOnly()', PRESIGNED_VARIANTS));
  }

  /**
   * Defaults of variants.
   * @internal
   */
  public readonly _delivery: IDelivery;

  /**
   * Undefined with `Delivery.presignedOnly()`.
   * @internal
   */
  public readonly _cloudFront?: CloudFrontSettings;

  private constructor(delivery: IDelivery, cloudFront?: CloudFrontSettings) {
    this._delivery = delivery;
    this._cloudFront = cloudFront;
  }
}

function buildSettings(options: CloudFrontDeliveryOptions): CloudFrontSettings {
  checkCloudFront(options);
  const { domainNames, viewers, signing, urlTtl, corsOrigins, priceClass } = options;
  return {
    ...options,
    domainNames: [...domainNames ?? []],
    viewers: viewers ?? Viewers.signed(),
    signing: signing ?? Signing.generated(),
    urlTtl: urlTtl ?? Duration.seconds(DELIVERY.URL_TTL_SECONDS),
    corsOrigins: corsOrigins && [...corsOrigins],
    priceClass: priceClass ?? cloudfront.PriceClass.PRICE_CLASS_ALL,
  };
}

type Preferences = Pick<IDelivery, 'makesOnDemand'> & { readonly defaultFormats: readonly VariantFormat[] };

function buildPreferences(factory: string, { makesOnDemand, defaultFormats }: Preferences): IDelivery {
  return { factory, makesOnDemand, defaultFormats: [...defaultFormats] };
}
