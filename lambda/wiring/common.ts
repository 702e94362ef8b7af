import { randomBytes } from 'node:crypto';
import { systemClock } from './clock';
import { loadOnce } from './load-once';
import { traceCdn, traceObjects, traceQueue, traceSigner, traceTable } from './traced';
import { createDynamoDbClient } from '../aws/clients';
import { openImageTable } from '../aws/image-table';
import type { Cdn } from '../domain/deliver/ports';
import type { Deps, ObjectStore, UploadQueue, UrlSigner } from '../domain/ports';
import { sniff } from '../imaging/sniff';
import type { CommonConfig } from '../runtime/config';
import { logger, metrics } from '../runtime/telemetry';

/** Without processing, no upload waits for a worker. */
const noQueue: UploadQueue = { announce: () => Promise.reject(new Error('a service without processing has no upload queue')) };

/** For functions that return no URLs. */
export function createNoSigner(who: string): UrlSigner {
  const failToSign = () => Promise.reject(new Error(`${who} signs no URLs`));
  return { upload: failToSign, download: failToSign };
}

interface Choices {
  readonly queue?: UploadQueue;
  readonly client?: ReturnType<typeof createDynamoDbClient>;
  readonly cdn?: Cdn;
}

/** The domain's dependencies on AWS. */
export function createAwsDeps(config: CommonConfig, signer: UrlSigner, choices: Choices = {}): Deps {
  const { queue = noQueue, client = createDynamoDbClient(), cdn } = choices;
  return {
    table: traceTable(openImageTable(client, config.table)),
    objects: createLazyObjects(config),
    signer: traceSigner(signer),
    queue: traceQueue(queue),
    clock: systemClock,
    randomBytes,
    logger,
    metrics,
    sniff,
    policy: config.policy,
    cdn: cdn && traceCdn(cdn),
  };
}

/** S3's client is half the cost of a cold start, and most requests do not need it: it loads on first use. */
export function createLazyObjects({ bucket, endpoint }: Pick<CommonConfig, 'bucket' | 'endpoint'>): ObjectStore {
  const load = loadOnce(
    async () => (await import('../aws/image-objects')).openObjectStore(bucket, endpoint !== undefined),
  );
  return traceObjects({
    find: async (key, isLikelyAbsent) => (await load()).find(key, isLikelyAbsent),
    readStart: async (key, etag, length) => (await load()).readStart(key, etag, length),
    digest: async (key, etag) => (await load()).digest(key, etag),
    read: async (key, etag) => (await load()).read(key, etag),
    put: async (key, bytes, contentType, options) => (await load()).put(key, bytes, contentType, options),
    delete: async key => (await load()).delete(key),
    deleteAll: async prefix => (await load()).deleteAll(prefix),
  });
}
