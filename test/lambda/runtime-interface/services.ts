import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCloudFrontApi } from '../../../local/cdn/cloudfront-api';
import { Invalidations } from '../../../local/cdn/invalidations';
import { generateSigningKey } from '../../../local/cdn/key-file';
import { startSecretsApi } from '../../../local/cdn/secrets-api';
import { startQueueEngine } from '../../../local/engines/queue';
import { buildHandlerEnvironment } from '../../../local/functions/handlers';
import { LOCAL } from '../../../local/names';
import { buildEmbeddedPlace } from '../../../local/place';
import {
  CLAMAV_ENV, DELIVERY_ENV, encodeVariants, INVALIDATOR_ENV, PUBLISHER_ENV, TRANSFORM_ENV, WORKER_ENV,
} from '../../../src/contract';
import { openService, SET } from '../deliver/service';

export const TABLE_ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/images';

/** Fakes of the AWS services that handlers call, in this process, and the environment of the handlers. */
export async function startServices() {
  const service = await openService();
  const folder = await mkdtemp(join(tmpdir(), 'queues-'));
  const queue = await startQueueEngine({
    path: folder,
    region: LOCAL.REGION,
    queue: LOCAL.QUEUE,
    deadLetterQueue: LOCAL.QUEUE + LOCAL.DEAD_LETTERS,
    invalidationQueue: LOCAL.QUEUE + LOCAL.INVALIDATIONS,
    visibilityMs: 60_000,
    maxReceives: 5,
  });
  const { privateKey, keyId } = generateSigningKey();
  const secrets = await startSecretsApi({ [LOCAL.SECRET]: () => privateKey }, LOCAL.CREDENTIALS);
  const invalidated: string[] = [];
  const invalidations = new Invalidations(matches => void invalidated.push(String(matches)));
  const cloudFront = await startCloudFrontApi(LOCAL.DISTRIBUTION, invalidations, LOCAL.CREDENTIALS);
  const place = buildEmbeddedPlace(process.env.AWS_ENDPOINT_URL_S3!, process.env.AWS_ENDPOINT_URL_DYNAMODB!, queue);
  const env = {
    ...buildHandlerEnvironment(place, [], {
      [DELIVERY_ENV.MODE]: 'signed',
      [DELIVERY_ENV.BASE_URL]: 'https://d111111abcdef8.cloudfront.net',
      [DELIVERY_ENV.URL_TTL]: '3600',
      [DELIVERY_ENV.KEY_ID]: keyId,
      [DELIVERY_ENV.SECRET]: LOCAL.SECRET,
      [DELIVERY_ENV.COOKIE_DOMAIN]: '',
      [DELIVERY_ENV.INVALIDATION_QUEUE_URL]: queue.invalidationQueueUrl!,
      [INVALIDATOR_ENV.DISTRIBUTION]: LOCAL.DISTRIBUTION,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
      AWS_ENDPOINT_URL_CLOUDFRONT: cloudFront.endpoint,
    }),
    [WORKER_ENV.VARIANTS]: encodeVariants(SET),
    [TRANSFORM_ENV.TIMEOUT]: '60',
    [CLAMAV_ENV.DEFINITIONS_BUCKET]: LOCAL.BUCKET,
    [CLAMAV_ENV.MAX_DEFINITIONS_AGE]: '72',
    [PUBLISHER_ENV.EVENT_BUS]: 'default',
    [PUBLISHER_ENV.TABLE_ARN]: TABLE_ARN,
    POWERTOOLS_LOG_LEVEL: 'INFO',
  };
  return {
    service,
    env,
    invalidated,
    secretId: LOCAL.SECRET,
    close: async () => {
      await Promise.all([queue.close(), secrets.close(), cloudFront.close()]);
      await service.close();
      await rm(folder, { recursive: true });
    },
  };
}
