import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { buildBucketAddress, createUrlSigner } from './aws/url-signer';
import { answer } from './http/app';
import { readApiConfig } from './runtime/config';
import { toRequest, toResult } from './runtime/gateway-event';
import { logger, publishMetrics } from './runtime/telemetry';
import { markError, traceRequest } from './runtime/trace';
import { createDelivery, createLazyCdn } from './wiring/cdn';
import { createAwsDeps } from './wiring/common';

const config = readApiConfig(process.env);
const signer = createUrlSigner(config.region, buildBucketAddress({ ...config, endpoint: config.publicEndpoint }));
const aws = createAwsDeps(config, signer, { cdn: createLazyCdn(config) });
const deps = { ...aws, delivery: createDelivery(config.delivery, aws.clock.now) };

export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const request = toRequest(event);
  const onError = (error: unknown) => {
    markError(error);
    logger.error('request failed', {
      request_id: request.requestId, method: request.method, resource: request.resource, error: error as Error,
    });
  };
  const response = await traceRequest(
    request, () => answer(request, { deps, corsOrigins: config.corsOrigins, onError }),
  );
  publishMetrics();
  return toResult(response);
}
