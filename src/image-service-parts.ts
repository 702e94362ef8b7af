import { CfnOutput } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ImageApi } from './api/image-api';
import { COMMON_ENV, DELIVERY_ENV, type ProcessingMode } from './contract';
import { ContentDelivery } from './delivery/content-delivery';
import type { Delivery } from './delivery/delivery';
import type { Metadata } from './metadata/metadata';
import type { MonitoredService } from './monitoring/monitored-service';
import type { Monitoring } from './monitoring/monitoring';
import { nameFunctions } from './monitoring/name-functions';
import { ServiceMonitoring } from './monitoring/service-monitoring';
import type { FunctionSettings } from './private/function-settings';
import type { Processing } from './processing/processing';
import { UploadProcessing } from './processing/upload-processing';
import type { VariantSet } from './processing/variant-set';
import type { Storage } from './storage/storage';
import type { UploadRules } from './storage/upload-rules';

/** The parts that every service has. */
export interface Parts {
  readonly storage: Storage;
  readonly metadata: Metadata;
  readonly imageApi: ImageApi;
  readonly uploads: UploadRules;
  readonly variants: VariantSet;
  readonly sweeper: lambda.Function;
  readonly architecture: lambda.Architecture;
  readonly functionSettings: FunctionSettings;
}

/** Sets PROCESSING_MODE on every function and makes the processing resources. */
export function makeProcessing(
  scope: Construct, parts: Parts, { _queue: settings }: Processing,
): UploadProcessing | undefined {
  const { sweeper, imageApi } = parts;
  const mode: ProcessingMode = settings ? 'queue' : 'none';
  const readers = [imageApi.function, sweeper];
  for (const reader of readers) reader.addEnvironment(COMMON_ENV.PROCESSING, mode);
  if (!settings) return undefined;
  const processing = new UploadProcessing(scope, 'Processing', { ...parts, settings, readers });
  processing.grantAnnounce(sweeper);
  new CfnOutput(scope, 'OperatorFunctionName', {
    value: processing.operator.functionName,
    description: 'Function that redrives and reprocesses images',
  });
  return processing;
}

/** Sets DELIVERY_MODE on the functions that issue URLs or delete variants, and makes the delivery resources. */
export function makeDelivery(
  scope: Construct, parts: Parts, processing: UploadProcessing | undefined, { _cloudFront: settings }: Delivery,
): ContentDelivery | undefined {
  const { sweeper, imageApi } = parts;
  const deleters = processing ? [sweeper, processing.worker] : [sweeper];
  if (!settings || !processing) {
    for (const handler of [imageApi.function, ...deleters]) handler.addEnvironment(DELIVERY_ENV.MODE, 'presigned');
    return undefined;
  }
  const { decoding } = processing;
  const delivery = new ContentDelivery(scope, 'Delivery', { ...parts, settings, decoding });
  delivery.grantServe(imageApi.function);
  deleters.forEach(handler => delivery.grantAnnounce(handler));
  new CfnOutput(scope, 'DeliveryUrl', { value: delivery.url, description: 'Base URL of the images' });
  return delivery;
}

export interface MonitoringParts extends Omit<MonitoredService, 'functions'> {
  readonly functions: readonly lambda.IFunction[];
}

/** Names the service in logs and metrics, and makes its alarms. Undefined with `Monitoring.none()`. */
export function makeMonitoring(
  scope: Construct, parts: MonitoringParts, { _settings: settings }: Monitoring,
): ServiceMonitoring | undefined {
  for (const handler of parts.functions) {
    (handler as lambda.Function).addEnvironment(COMMON_ENV.SERVICE_NAME, parts.serviceName);
  }
  if (!settings) return undefined;
  const service = { ...parts, functions: nameFunctions(parts.functions) };
  return new ServiceMonitoring(scope, 'Monitoring', { settings, service });
}
