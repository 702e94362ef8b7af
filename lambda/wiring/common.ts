import { randomBytes } from 'node:crypto';
import { systemClock } from './clock';
import { dynamoDb } from '../aws/clients';
import { imageTable } from '../aws/image-table';
import type { Cdn } from '../domain/deliver/ports';
import type { Deps, ObjectStore, UploadQueue, UrlSigner } from '../domain/ports';
import { sniff } from '../imaging/sniff';
import type { CommonConfig } from '../runtime/config';
import { logger, metrics } from '../runtime/telemetry';

/** Without processing no upload waits for a worker. */
const noQueue: UploadQueue = { announce: () => Promise.reject(new Error('there is no queue of uploads')) };

/** For functions that hand out no URLs. */
export function noSigner(who: string): UrlSigner {
  const refuse = () => Promise.reject(new Error(`${who} signs no URLs`));
  return { upload: refuse, download: refuse };
}

interface Choices {
  readonly queue?: UploadQueue;
  readonly client?: ReturnType<typeof dynamoDb>;
  readonly cdn?: Cdn;
}

/** Everything that the domain acts through, on AWS. */
export function awsDeps(config: CommonConfig, signer: UrlSigner, { queue = noQueue, client = dynamoDb(), cdn }: Choices = {}): Deps {
  return {
    table: imageTable(client, config.table),
    objects: lazyObjects(config),
    signer,
    queue,
    clock: systemClock,
    randomBytes,
    logger,
    metrics,
    sniff,
    policy: config.policy,
    cdn,
  };
}

/** S3's client is half the cost of a cold start, and most requests do without it: it loads when first needed. */
export function lazyObjects({ bucket, endpoint }: Pick<CommonConfig, 'bucket' | 'endpoint'>): ObjectStore {
  let loading: Promise<ObjectStore> | undefined;
  const store = () => loading ??= import('../aws/image-objects').then(({ imageObjects }) => imageObjects(bucket, endpoint !== undefined));
  return {
    find: async (key, isLikelyAbsent) => (await store()).find(key, isLikelyAbsent),
    readStart: async (key, etag, length) => (await store()).readStart(key, etag, length),
    digest: async (key, etag) => (await store()).digest(key, etag),
    read: async (key, etag) => (await store()).read(key, etag),
    put: async (key, bytes, contentType, options) => (await store()).put(key, bytes, contentType, options),
    delete: async key => (await store()).delete(key),
    deleteAll: async prefix => (await store()).deleteAll(prefix),
  };
}
