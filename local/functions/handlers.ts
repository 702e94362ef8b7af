import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  ACCESS_MODES, API_ENV, COMMON_ENV, DEFAULT_VARIANTS, DEFAULTS, DELIVERY_ENV, DELIVERY_MODES, EMULATOR_ENV,
  encodeVariants, IMAGE_LIMITS,
  IMAGE_TYPES, METRICS_NAMESPACE, OPERATOR_ENV, type ProcessingMode, QUEUE, QUEUE_ENV, SCANNER_KINDS, WORKER_ENV,
} from '../../src/contract';
import { ASSETS } from '../bundle';
import type { Place, Queues } from '../place';

const load = createRequire(__filename);

function locateHandler(name: string): string {
  return join(ASSETS, name, 'index.js');
}

export function isBuilt(name: string): boolean {
  return existsSync(locateHandler(name));
}

/** Loads a built handler, the bundle that Lambda runs. It reads its environment while it loads. */
export function loadHandler<Handler>(name: string): Handler {
  const path = locateHandler(name);
  if (!existsSync(path)) {
    throw new Error(`the handler ${name} is not built (${path} is missing): run \`npm run bundle\``);
  }
  delete load.cache[path];
  return (load(path) as { handler: Handler }).handler;
}

/** Delivery without a CDN. */
const PRESIGNED = { [DELIVERY_ENV.MODE]: DELIVERY_MODES[0] };

/** The variables that the construct and Lambda set, and those that emulators need. */
export function buildHandlerEnvironment(
  {
    credentials, ...place
  }: Place, corsOrigins: readonly string[], delivery: Readonly<Record<string, string>> = PRESIGNED,
): Record<string, string> {
  return {
    [COMMON_ENV.BUCKET]: place.bucket,
    [COMMON_ENV.TABLE]: place.table,
    [COMMON_ENV.LOG_LEVEL]: process.env[COMMON_ENV.LOG_LEVEL] ?? 'WARN',
    [COMMON_ENV.SERVICE_NAME]: 'cdk-image-service',
    [COMMON_ENV.METRICS_NAMESPACE]: METRICS_NAMESPACE,
    [COMMON_ENV.ACCEPT]: IMAGE_TYPES.join(','),
    [COMMON_ENV.MAX_SIZE]: String(DEFAULTS.MAX_UPLOAD_BYTES),
    [COMMON_ENV.URL_TTL]: String(DEFAULTS.URL_TTL_SECONDS),
    [COMMON_ENV.DELETED_RECORD_DAYS]: String(DEFAULTS.DELETED_RECORD_DAYS),
    ...buildProcessingEnvironment(place.queues),
    [API_ENV.ACCESS]: ACCESS_MODES[0],
    [API_ENV.ACCELERATE]: 'false',
    [API_ENV.CORS_ORIGINS]: corsOrigins.join(','),
    AWS_REGION: place.region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken && { AWS_SESSION_TOKEN: credentials.sessionToken }),
    AWS_ENDPOINT_URL_S3: place.storageUrl,
    AWS_ENDPOINT_URL_DYNAMODB: place.tableUrl,
    // Metrics are JSON lines for CloudWatch, one per request: they show in a terminal only on request.
    POWERTOOLS_METRICS_DISABLED: process.env.POWERTOOLS_METRICS_DISABLED ?? 'true',
    ...delivery,
  };
}

/** The sweeper, the worker and the operator share these variables. */
function buildProcessingEnvironment(queues: Queues | undefined): Record<string, string> {
  const mode: ProcessingMode = queues ? 'queue' : 'none';
  return {
    [COMMON_ENV.PROCESSING]: mode,
    ...queues && {
      AWS_ENDPOINT_URL_SQS: queues.endpoint,
      [QUEUE_ENV.QUEUE_URL]: queues.queueUrl,
      [OPERATOR_ENV.DEAD_LETTER_QUEUE_URL]: queues.deadLetterQueueUrl,
      [WORKER_ENV.VARIANTS]: encodeVariants(DEFAULT_VARIANTS),
      [WORKER_ENV.IMAGE_LIMITS]: JSON.stringify(IMAGE_LIMITS),
      [WORKER_ENV.MAX_RECEIVES]: String(QUEUE.MAX_RECEIVES),
      ...queues.hiddenSeconds !== undefined && { [EMULATOR_ENV.QUEUE_HIDDEN_SECONDS]: String(queues.hiddenSeconds) },
      [WORKER_ENV.TIMEOUT]: String(QUEUE.WORKER_TIMEOUT),
      [WORKER_ENV.SCANNER]: SCANNER_KINDS[0],
      [WORKER_ENV.SCANNER_FUNCTION]: '',
      [WORKER_ENV.OWNER_SHARE]: '1',
      [WORKER_ENV.OWNER_LANES]: '1',
      [WORKER_ENV.SURPLUS_QUEUE_URL]: queues.surplusQueueUrl,
    },
  };
}
