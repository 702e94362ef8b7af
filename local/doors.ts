import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { LOCAL } from './names';
import {
  ACCESS_MODES, API_ENV, COMMON_ENV, DEFAULTS, IMAGE_TYPES, METRICS_NAMESPACE,
} from '../src/contract';

export const ASSETS = join(__dirname, '..', 'assets');

const load = createRequire(__filename);

/** Loads a built handler: the same bytes that Lambda runs. It reads its environment now. */
export function loadDoor<Handler>(name: string): Handler {
  const path = join(ASSETS, name, 'index.js');
  if (!existsSync(path)) throw new Error(`the handler ${name} is not built (${path} is missing): run \`npm run bundle\``);
  delete load.cache[path];
  return (load(path) as { handler: Handler }).handler;
}

/** As much of Lambda's context as a handler may need. */
export function lambdaContext(timeoutMs: number): Context {
  const endsAt = Date.now() + timeoutMs;
  return { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => endsAt - Date.now() } as Context;
}

export interface DoorOptions { readonly storageUrl: string; readonly tableUrl: string; readonly corsOrigins: readonly string[] }

/** What the construct sets on the functions, Lambda adds and emulators need. */
export function doorEnvironment({ storageUrl, tableUrl, corsOrigins }: DoorOptions): Record<string, string> {
  return {
    [COMMON_ENV.BUCKET]: LOCAL.BUCKET,
    [COMMON_ENV.TABLE]: LOCAL.TABLE,
    [COMMON_ENV.LOG_LEVEL]: process.env[COMMON_ENV.LOG_LEVEL] ?? 'WARN',
    [COMMON_ENV.SERVICE_NAME]: 'cdk-image-service',
    [COMMON_ENV.METRICS_NAMESPACE]: METRICS_NAMESPACE,
    [COMMON_ENV.ACCEPT]: IMAGE_TYPES.join(','),
    [COMMON_ENV.MAX_SIZE]: String(DEFAULTS.MAX_UPLOAD_BYTES),
    [COMMON_ENV.URL_TTL]: String(DEFAULTS.URL_TTL_SECONDS),
    [COMMON_ENV.DELETED_RECORD_DAYS]: String(DEFAULTS.DELETED_RECORD_DAYS),
    [API_ENV.ACCESS]: ACCESS_MODES[0],
    [API_ENV.ACCELERATE]: 'false',
    [API_ENV.CORS_ORIGINS]: corsOrigins.join(','),
    AWS_REGION: LOCAL.REGION,
    AWS_ACCESS_KEY_ID: LOCAL.CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL.CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_S3: storageUrl,
    AWS_ENDPOINT_URL_DYNAMODB: tableUrl,
    // Metrics are lines of JSON for CloudWatch, one for each request.
    POWERTOOLS_METRICS_DISABLED: 'true',
  };
}

/** Settings of the developer's own account must not reach the local service. */
export function isolate(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment)) if (name.startsWith('AWS_')) delete environment[name];
  environment.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
}
