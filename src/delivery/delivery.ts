import { Duration } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { checkCloudFront } from './checks';
import type { CloudFrontDeliveryOptions } from './cloud-front-options';
import type { IDelivery } from './interfaces';
import type { CloudFrontSettings } from './settings';
import { Signing } from './signing';
import { Viewers } from './viewers';
import { CDN_VARIANTS, DELIVERY, PRESIGNED_VARIANTS, type VariantFormat } from '../contract';
import { makeFromOptions, listOptionNames } from '../private/validate';

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

/** How images reach those who look at them. */
export class Delivery {
  /**
   * Amazon CloudFront caches variants near whoever looks, and gives each browser the best format that it takes. Variants that were not made at
   * upload are made when they are first asked for. URLs are signed unless `viewers` says otherwise: one signature for all variants of an image.
   * Variants are AVIF, WebP and JPEG unless they say otherwise.
   *
   * The distribution is made once and takes minutes. An account has 20 cache policies and 20 response headers policies of its own, of which a
   * service takes two and one.
   * @throws where an option is out of its range, or two exclude each other, naming option, rule and value
   */
  public static cloudFront(options: CloudFrontDeliveryOptions = {}): Delivery {
    return makeFromOptions('delivery', 'Delivery.cloudFront()', options, CLOUDFRONT_OPTIONS, () => new Delivery(buildPreferences('Delivery.cloudFront()', CDN_VARIANTS), buildSettings(options)));
  }

  /**
   * Every variant has a presigned URL of S3, which the API hands out with the image and which works as long as `uploads.urlTtl` says.
   * Nothing is cached and nothing is made on demand: all variants are made at upload, as WebP unless they say otherwise.
   */
  public static presignedOnly(): Delivery {
    return new Delivery(buildPreferences('Delivery.presignedOnly()', PRESIGNED_VARIANTS));
  }

  /**
   * What it makes of variants.
   * @internal
   */
  public readonly _delivery: IDelivery;

  /**
   * Undefined where there is no CDN.
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
