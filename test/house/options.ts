import { ApiAccess, Compute, ImageLimits, Limits, Processing, Retention, Scanner, UploadRules, Variant, type ImageServiceProps } from '../../src';

/** How the options of each struct reach the service. A new struct has to be added here, or the tests say so. */
export const TO_PROPS: Record<string, (options: object) => ImageServiceProps> = {
  ImageServiceProps: options => options,
  ApiAccessOptions: options => ({ access: ApiAccess.iam(options) }),
  IamAccessOptions: options => ({ access: ApiAccess.iam(options) }),
  UploadRulesOptions: options => ({ uploads: UploadRules.of(options) }),
  ProcessingQueueOptions: options => ({ processing: Processing.queue(options) }),
  ImageLimitsOptions: options => ({ processing: Processing.queue({ imageLimits: ImageLimits.of(options) }) }),
  ClamAvScannerOptions: options => ({ processing: Processing.queue({ scanner: Scanner.clamAv(options) }) }),
  VariantOptions: options => ({ variants: [Variant.of('card', { width: 100, ...options })] }),
  RetentionOptions: options => ({ retention: Retention.of(options) }),
  LimitsOptions: options => ({ limits: Limits.of(options) }),
  ComputeOptions: options => ({ compute: Compute.zip(options) }),
  ZipComputeOptions: options => ({ compute: Compute.zip(options) }),
  ContainerImageComputeOptions: options => ({ compute: Compute.containerImage(options) }),
};
