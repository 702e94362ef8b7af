import type { IDelivery } from './api';

/** How images reach those who look at them. */
export class Delivery {
  /**
   * Every variant has a presigned URL of S3, which the API hands out with the image and which works as long as `uploads.urlTtl` says.
   * Nothing is cached and nothing is made on demand: all variants are made at upload, as WebP unless they say otherwise.
   */
  public static presignedOnly(): Delivery {
    return new Delivery({ factory: 'Delivery.presignedOnly()', defaultFormats: ['webp'], makesOnDemand: false });
  }

  /**
   * What it makes of variants.
   * @internal
   */
  public readonly _delivery: IDelivery;

  private constructor(delivery: IDelivery) {
    this._delivery = delivery;
  }
}
