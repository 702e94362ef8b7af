import { createLazyCdn } from './cdn';
import { createAwsDeps, createNoSigner } from './common';
import { createDecodingImaging } from './decoders';
import { loadOnce } from './load-once';
import { traceLeases, traceRejectionCache, traceScanner, traceSurplus, traceUpload } from './traced';
import { createDynamoDbClient } from '../aws/clients';
import { openLeaseTable } from '../aws/leases';
import { openRejectionCache } from '../aws/rejection-cache';
import { noScanner } from '../aws/scanner-none';
import type { SurplusMessages } from '../aws/surplus-queue';
import type { Scanner, SharingDeps } from '../domain/ports';
import { processUpload } from '../domain/process-upload';
import { processWithinShare } from '../domain/worker/owner-share';
import type { BatchOptions } from '../runtime/upload-batch';
import type { WorkerConfig } from '../runtime/worker-config';

/** Dependencies of a worker on AWS. */
function createWorkerDeps(config: WorkerConfig, surplus: SurplusMessages): SharingDeps {
  const client = createDynamoDbClient();
  const deps = createAwsDeps(config, createNoSigner('a worker'), { client, cdn: createLazyCdn(config) });
  return {
    ...deps,
    imaging: createDecodingImaging(config),
    scanner: traceScanner(createScanner(config)),
    rejectionCache: traceRejectionCache(openRejectionCache(client, config.table, deps.clock.now)),
    claimMs: config.timeoutMs,
    share: config.share,
    slots: traceLeases(openLeaseTable(client, config.table, deps.clock.now)),
    surplus: traceSurplus(surplus),
  };
}

type Queue = Pick<BatchOptions, 'giveBack' | 'giveUp' | 'process'>;

/** How messages of each queue are processed. */
export function createWorkerQueues(config: WorkerConfig): { readonly uploads: Queue; readonly surplus: Queue } {
  const surplus = createLazySurplus(config);
  const deps = createWorkerDeps(config, surplus);
  const giveBack = createGiveBack(config.queueUrl);
  const giveBackSurplus = createGiveBack(config.surplusQueueUrl);
  return {
    uploads: {
      giveBack: ({ receiptHandle }) => giveBack(receiptHandle),
      process: (upload, isLast, { messageId }) => traceUpload(
        upload, () => processWithinShare(deps, upload, { messageId, isLast }),
      ),
    },
    // SQS bounds how many of its messages one owner has in work.
    surplus: {
      giveBack: ({ receiptHandle }) => giveBackSurplus(receiptHandle),
      giveUp: ({ body }) => surplus.giveUp(body),
      process: (upload, isLast) => traceUpload(
        upload, () => processUpload(deps, upload.object_key, isLast, upload.remake),
      ),
    },
  };
}

function createScanner({ scanner, scannerFunction, bucket, endpoint }: WorkerConfig): Scanner {
  switch (scanner) {
    case 'none': return noScanner;
    case 'guardduty': return createLazyScanner(
      async () => (await import('../aws/guard-duty-scanner')).createGuardDutyScanner(bucket, endpoint !== undefined),
    );
    case 'clamav': return createLazyScanner(
      async () => (await import('../aws/clam-av-scanner')).createClamAvScanner(scannerFunction!),
    );
  }
}

/** Each scanner has a client of its own, and a worker needs one of them at most. */
function createLazyScanner(open: () => Promise<Scanner>): Scanner {
  const load = loadOnce(open);
  return { scan: async (objectKey, etag) => (await load()).scan(objectKey, etag) };
}

/** SQS's client loads on first use: most owners never have a surplus. */
function createLazySurplus({ surplusQueueUrl, deadLetterQueueUrl, lanes }: WorkerConfig): SurplusMessages {
  const load = loadOnce(async () => (await import('../aws/surplus-queue')).openSurplusQueue({
    queueUrl: surplusQueueUrl,
    deadLetterQueueUrl,
    lanes,
  }));
  return {
    add: async (upload, owner, messageId) => (await load()).add(upload, owner, messageId),
    giveUp: async body => (await load()).giveUp(body),
  };
}

/** SQS's client loads on first use: most workers never run out of time. */
function createGiveBack(queueUrl: string): (receiptHandle: string) => Promise<void> {
  const load = loadOnce(async () => (await import('../aws/received-messages')).openReceivedMessages(queueUrl));
  return async receiptHandle => (await load()).giveBack(receiptHandle);
}
