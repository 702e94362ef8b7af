import { join } from 'node:path';
import { dynamoDb } from './aws/clients';
import { tableOfRefusals } from './aws/refusals';
import { noScanner } from './aws/scanner-none';
import type { Scanner, WorkerDeps } from './domain/ports';
import { DecoderPool } from './imaging/decoder/pool';
import { imaging } from './imaging/make-variants';
import { lazyCdn } from './lazy-cdn';
import { journal } from './runtime/telemetry';
import type { WorkerConfig } from './runtime/worker-config';
import { awsDeps, noSigner } from './wiring';
import { METRICS } from '../src/contract';

/** Stands beside the door where both are built (projenrc/bundle-worker.ts). */
const DECODER = join(__dirname, 'decoder.js');

/** Everything that a worker acts through, on AWS. */
export function workerDeps(config: WorkerConfig): WorkerDeps {
  const client = dynamoDb();
  const deps = awsDeps(config, noSigner('a worker'), { client, cdn: lazyCdn(config) });
  return {
    ...deps,
    imaging: imaging({ variants: config.variants, limits: config.imageLimits, decoders: decoderPool(config) }),
    scanner: scannerFor(config),
    refusals: tableOfRefusals(client, config.table, deps.world.now),
    claimMs: config.timeoutMs,
  };
}

/**
 * No child waits while Lambda has the function frozen with a clock running: clocks run only while an image is decoded, and then an
 * invocation does. Children end with the function, since they read from it.
 */
function decoderPool({ imageLimits }: WorkerConfig): DecoderPool {
  return new DecoderPool({
    script: DECODER,
    limits: imageLimits,
    onDeath: death => {
      journal.count(METRICS.DECODERS_ENDED);
      journal.warn('a decoder was ended at work', { death });
    },
  });
}

function scannerFor({ scanner, scannerFunction, bucket, endpoint }: WorkerConfig): Scanner {
  switch (scanner) {
    case 'none': return noScanner;
    case 'guardduty': return lazyScanner(async () => (await import('./aws/guard-duty-scanner')).guardDutyScanner(bucket, endpoint !== undefined));
    case 'clamav': return lazyScanner(async () => (await import('./aws/clam-av-scanner')).clamAvScanner(scannerFunction!));
  }
}

/** Each scanner has a client of its own, and a worker needs one of them at most. */
function lazyScanner(load: () => Promise<Scanner>): Scanner {
  let loading: Promise<Scanner> | undefined;
  return { scan: async (objectKey, etag) => (await (loading ??= load())).scan(objectKey, etag) };
}
