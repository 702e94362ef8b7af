import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { buildBucketAddress, createUrlSigner } from './aws/url-signer';
import { answer } from './http/app';
import { readApiConfig } from './runtime/config';
import { toRequest, toResult } from './runtime/gateway-event';
import { type Invocation, runInvocation } from './runtime/invocation';
import { startRequestLog } from './runtime/request-log';
import { traceRequest } from './runtime/trace';
import { createDelivery, createLazyCdn } from './wiring/cdn';
import { createAwsDeps } from './wiring/common';

const config = readApiConfig(process.env);
const signer = createUrlSigner(config.region, buildBucketAddress({ ...config, endpoint: config.publicEndpoint }));
const aws = createAwsDeps(config, signer, { cdn: createLazyCdn(config) });
const deps = { ...aws, delivery: createDelivery(config.delivery, aws.clock.now) };

export async function handler(event: APIGatewayProxyEvent, context: Invocation = {}): Promise<APIGatewayProxyResult> {
  const log = startRequestLog();
  return runInvocation(context, async () => {
    const request = toRequest(event);
    const options = { deps, access: config.access, corsOrigins: config.corsOrigins, ...log };
    return toResult(await traceRequest(request, () => answer(request, options)));
  });
}
