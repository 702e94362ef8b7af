import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import {
  buildDefaultVariants, CDN_VARIANTS, DELIVERY, DELIVERY_ENV, type DeliveryMode, encodeVariants, INVALIDATOR_ENV,
  listEdgeVariants, TRANSFORM_ENV,
  WORKER_ENV,
} from '../../src/contract';
import { ASSETS, EDGE_FUNCTION, EDGE_RESPONSE_FUNCTION } from '../bundle';
import { provideAwslambda } from '../cdn/awslambda';
import { startCloudFrontApi } from '../cdn/cloudfront-api';
import { Distribution } from '../cdn/distribution';
import { loadEdgeFunction, loadEdgeResponseFunction } from '../cdn/edge-function';
import { createFunctionUrlOrigin, type StreamingHandler } from '../cdn/function-url';
import { Invalidations } from '../cdn/invalidations';
import { readSigningKey } from '../cdn/key-file';
import { createBucketOrigin, createOriginGroup } from '../cdn/origins';
import { startSecretsApi } from '../cdn/secrets-api';
import { type KeyGroup, createKeyGroup } from '../cdn/signature';
import { ThroughCache } from '../cdn/through-cache';
import { EventSourceMapping, type Worker } from '../functions/event-source';
import { loadHandler } from '../functions/handlers';
import { LOCAL } from '../names';
import type { Place, Queues } from '../place';

/** Seconds. On AWS the function has a worker's time-out, but CloudFront stops waiting earlier. */
const TRANSFORM_TIMEOUT = 30;
/** The most that SQS returns at once. Lambda collects larger batches. */
const INVALIDATION_BATCH = 10;

export interface DeliveryOptions {
  readonly mode: Exclude<DeliveryMode, 'presigned'>;
  /** URL of the server. */
  readonly url: string;
  readonly place: Place & { readonly queues: Queues };
  readonly signingKeyFile: string;
  readonly corsOrigins: readonly string[];
  onClose(closer: () => Promise<void>): void;
}

/** Delivery by a simulated CDN. */
export interface LocalDelivery {
  /** Environment variables of the functions. */
  readonly environment: Readonly<Record<string, string>>;
  /** Starts the CDN under `/cdn`. The environment must be set before, since it loads functions. */
  open(): RequestListener;
}

export async function startDelivery(options: DeliveryOptions): Promise<LocalDelivery> {
  const { onClose, signingKeyFile, place } = options;
  const key = readSigningKey(signingKeyFile);
  const cache = new ThroughCache();
  const secret = JSON.stringify({ keyId: key.keyId, privateKey: key.privateKey });
  const secrets = await startSecretsApi({ [LOCAL.SECRET]: () => secret }, place.credentials);
  onClose(secrets.close);
  const api = await startCloudFrontApi(
    LOCAL.DISTRIBUTION, new Invalidations(matches => cache.invalidate(matches)), place.credentials,
  );
  onClose(api.close);
  const keys = createKeyGroup([key]);
  return {
    environment: buildEnvironment(options, {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
      AWS_ENDPOINT_URL_CLOUDFRONT: api.endpoint,
    }),
    open: () => {
      const distribution = createDistribution(options, cache, keys);
      startInvalidator(options);
      return distribution.handler;
    },
  };
}

/** The default variants with a CDN. */
const VARIANTS = buildDefaultVariants(CDN_VARIANTS);

function buildEnvironment(
  { mode, url, place }: DeliveryOptions, endpoints: Record<string, string>,
): Record<string, string> {
  return {
    [DELIVERY_ENV.MODE]: mode,
    [DELIVERY_ENV.BASE_URL]: `${url}${LOCAL.CDN_ROOT}`,
    [DELIVERY_ENV.URL_TTL]: String(DELIVERY.URL_TTL_SECONDS),
    // Read from the secret.
    [DELIVERY_ENV.KEY_ID]: '',
    [DELIVERY_ENV.SECRET]: LOCAL.SECRET,
    [DELIVERY_ENV.COOKIE_DOMAIN]: '',
    [DELIVERY_ENV.INVALIDATION_QUEUE_URL]: place.queues.invalidationQueueUrl!,
    [INVALIDATOR_ENV.DISTRIBUTION]: LOCAL.DISTRIBUTION,
    [TRANSFORM_ENV.TIMEOUT]: String(TRANSFORM_TIMEOUT),
    [WORKER_ENV.VARIANTS]: encodeVariants(VARIANTS),
    ...endpoints,
  };
}

function createDistribution(
  { mode, place, corsOrigins, onClose }: DeliveryOptions, cache: ThroughCache, keys: KeyGroup,
): Distribution {
  provideAwslambda();
  const transform = createFunctionUrlOrigin(loadHandler<StreamingHandler>('transform'), TRANSFORM_TIMEOUT * 1000);
  const bucket = createBucketOrigin(place);
  onClose(async () => bucket.close());
  return new Distribution({
    root: LOCAL.CDN_ROOT,
    edge: loadEdgeFunction(join(ASSETS, EDGE_FUNCTION), listEdgeVariants(VARIANTS), {
      origins: corsOrigins,
      credentials: mode === 'signed',
    }, mode === 'signed'),
    origin: createOriginGroup(bucket.origin, transform),
    errors: transform,
    keys: mode === 'signed' ? () => keys : undefined,
    edgeResponse: mode === 'signed'
      ? loadEdgeResponseFunction(readFileSync(join(ASSETS, EDGE_RESPONSE_FUNCTION), 'utf8'))
      : undefined,
    minTtlSeconds: DELIVERY.MIN_TTL_SECONDS[mode],
    corsOrigins,
    cache,
  });
}

function startInvalidator({ place, onClose }: DeliveryOptions): void {
  const source = new EventSourceMapping({
    place,
    workers: [loadHandler<Worker>('invalidator')],
    queueUrl: place.queues.invalidationQueueUrl,
    batchSize: INVALIDATION_BATCH,
  });
  onClose(async () => source.stop());
}
