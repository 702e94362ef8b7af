import { EMULATOR, LOCAL } from './names';
import type { Place } from './place';
import { COMMON_ENV } from '../src/contract';

/** Functions get the queue's URL, so only the local server reads this variable. */
export const QUEUE_NAME_ENV = 'QUEUE_NAME';

type Environment = Readonly<Record<string, string | undefined>>;

/** A place that knows its queue by name. The queue's URL is known once the queue exists. */
export interface Emulator extends Place {
  readonly queueEndpoint: string;
  readonly queue: string;
}

export function formatAddresses({ storageUrl, tableUrl, queueEndpoint }: Emulator): string {
  return [...new Set([storageUrl, tableUrl, queueEndpoint])].join(', ').replace(/, ([^,]*)$/, ' and $1');
}

/** Reads the emulator from the environment. Without `AWS_ENDPOINT_URL`, other AWS variables are ignored. */
export function readEmulator(environment: Environment): Emulator | undefined {
  const endpoint = readEndpoint(environment, 'AWS_ENDPOINT_URL');
  return endpoint === undefined ? undefined : {
    storageUrl: readEndpoint(environment, 'AWS_ENDPOINT_URL_S3') ?? endpoint,
    tableUrl: readEndpoint(environment, 'AWS_ENDPOINT_URL_DYNAMODB') ?? endpoint,
    queueEndpoint: readEndpoint(environment, 'AWS_ENDPOINT_URL_SQS') ?? endpoint,
    bucket: environment[COMMON_ENV.BUCKET] || LOCAL.BUCKET,
    table: environment[COMMON_ENV.TABLE] || LOCAL.TABLE,
    queue: environment[QUEUE_NAME_ENV] || LOCAL.QUEUE,
    region: environment.AWS_REGION || environment.AWS_DEFAULT_REGION || LOCAL.REGION,
    credentials: readCredentials(environment),
  };
}

/** An endpoint must be an origin, because presigned URLs cannot have a path before the bucket. */
export function readEndpoint(environment: Environment, name: string): string | undefined {
  const value = environment[name];
  if (!value) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && ['http:', 'https:'].includes(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  throw new Error(`${name} must be an http or https origin such as http://127.0.0.1:4566, got: ${value}`);
}

function readCredentials(environment: Environment): Place['credentials'] {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken,
  } = environment;
  if (Boolean(accessKeyId) !== Boolean(secretAccessKey)) {
    throw new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must both be set, or neither');
  }
  if (!accessKeyId || !secretAccessKey) return EMULATOR.CREDENTIALS;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}
