import { lazyCdn } from './cdn';
import { awsDeps, noSigner } from './common';
import { decoderPool } from './decoders';
import { dynamoDb } from '../aws/clients';
import { tableOfLeases } from '../aws/leases';
import { createRejectionCache } from '../aws/rejection-cache';
import { noScanner } from '../aws/scanner-none';
import type { SurplusMessages } from '../aws/surplus-queue';
import type { Scanner, SharingDeps } from '../domain/ports';
import { processUpload } from '../domain/process-upload';
import { processWithinShare } from '../domain/worker/owner-share';
import { imaging } from '../imaging/make-variants';
import type { BatchOptions } from '../runtime/upload-batch';
import type { WorkerConfig } from '../runtime/worker-config';

/** Everything that a worker acts through, on AWS. */
function workerDeps(config: WorkerConfig, surplus: SurplusMessages): SharingDeps {
  const client = dynamoDb();
  const deps = awsDeps(config, noSigner('a worker'), { client, cdn: lazyCdn(config) });
  return {
    ...deps,
    imaging: imaging({ variants: config.variants, limits: config.imageLimits, decoders: decoderPool(config) }),
    scanner: scannerFor(config),
    rejectionCache: createRejectionCache(client, config.table, deps.clock.now),
    claimMs: config.timeoutMs,
    share: config.share,
    slots: tableOfLeases(client, config.table, deps.clock.now),
    surplus,
  };
}

type Queue = Pick<BatchOptions, 'giveBack' | 'giveUp' | 'process'>;

/** How messages of each queue are processed. */
export function workerQueues(config: WorkerConfig): { readonly uploads: Queue; readonly surplus: Queue } {
  const surplus = lazySurplus(config);
  const deps = workerDeps(config, surplus);
  const giveBack = giveBackTo(config.queueUrl);
  const giveBackSurplus = giveBackTo(config.surplusQueueUrl);
  return {
    uploads: {
      giveBack: ({ receiptHandle }) => giveBack(receiptHandle),
      process: (upload, isLast, { messageId }) => processWithinShare(deps, upload, { messageId, isLast }),
    },
    // SQS bounds how many of its messages one owner has in work.
    surplus: {
      giveBack: ({ receiptHandle }) => giveBackSurplus(receiptHandle),
      giveUp: ({ body }) => surplus.giveUp(body),
      process: ({ object_key: objectKey, remake }, isLast) => processUpload(deps, objectKey, isLast, remake),
    },
  };
}

function scannerFor({ scanner, scannerFunction, bucket, endpoint }: WorkerConfig): Scanner {
  switch (scanner) {
    case 'none': return noScanner;
    case 'guardduty': return lazyScanner(async () => (await import('../aws/guard-duty-scanner')).guardDutyScanner(bucket, endpoint !== undefined));
    case 'clamav': return lazyScanner(async () => (await import('../aws/clam-av-scanner')).clamAvScanner(scannerFunction!));
  }
}

/** Each scanner has a client of its own, and a worker needs one of them at most. */
function lazyScanner(load: () => Promise<Scanner>): Scanner {
  let loading: Promise<Scanner> | undefined;
  return { scan: async (objectKey, etag) => (await (loading ??= load())).scan(objectKey, etag) };
}

/** SQS's client loads when first needed: most owners never have a surplus. */
function lazySurplus({ surplusQueueUrl, deadLetterQueueUrl, lanes }: WorkerConfig): SurplusMessages {
  let loading: Promise<SurplusMessages> | undefined;
  const load = async () => (await import('../aws/surplus-queue')).surplusQueue({ queueUrl: surplusQueueUrl, deadLetterQueueUrl, lanes });
  const surplus = () => loading ??= load();
  return {
    add: async (upload, owner, messageId) => (await surplus()).add(upload, owner, messageId),
    giveUp: async body => (await surplus()).giveUp(body),
  };
}

/** SQS's client loads when first needed: most workers never have too little time. */
function giveBackTo(queueUrl: string): (receiptHandle: string) => Promise<void> {
  let loading: Promise<ReturnType<typeof import('../aws/received-messages').receivedMessages>> | undefined;
  const messages = () => loading ??= import('../aws/received-messages').then(({ receivedMessages }) => receivedMessages(queueUrl));
  return async receiptHandle => (await messages()).giveBack(receiptHandle);
}
