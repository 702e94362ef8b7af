import { Duration, Size } from 'aws-cdk-lib';
import type { ProcessingSettings } from './settings';
import { computeLongestImageSeconds, MAX_PROCESSED_BYTES, QUEUE, SCAN_SECONDS, type ScannerKind } from '../contract';
import { formatSize, throwOptionError } from '../private/validate';

export interface WorkerSize {
  readonly memory: Size;
  readonly timeout: Duration;
  /** Minimum memory. */
  readonly leastMemory: Size;
}

/**
 * One full vCPU (AWS Lambda, "Configure Lambda function memory"): a decoder uses one, and the worker sleeps meanwhile.
 */
const ONE_CPU_MIB = 1769;
/** Node.js with the SDK, and memory of the decoder's process that is not shared. */
const HEADROOM_MIB = 256;
/**
 * How far a decoder can exceed its limit before it is killed. The worker checks every 20 ms. A process was measured to
 * touch 35 MiB of new memory in that time, and a check may be three intervals late.
 */
const OVERSHOOT_MIB = 128;

/**
 * Memory and timeout of the worker: the options, if the largest allowed image fits. Even with every limit at its
 * maximum, that is less than AWS Lambda has. It needs no ephemeral storage: originals, pixels and variants stay in
 * memory.
 */
export function computeWorkerSize(settings: ProcessingSettings, maxSize: Size): WorkerSize {
  checkMaxSize(maxSize);
  return {
    memory: computeMemory(settings, maxSize),
    timeout: computeTimeout(settings, maxSize),
    leastMemory: Size.mebibytes(computeNeededMiB(settings, maxSize)),
  };
}

function checkMaxSize(maxSize: Size): void {
  if (maxSize.toBytes() <= MAX_PROCESSED_BYTES) return;
  const most = `${Size.bytes(MAX_PROCESSED_BYTES).toMebibytes()} MiB`;
  throwOptionError(
    'uploads.maxSize',
    `must be at most ${most} with Processing.queue()`,
    formatSize(maxSize),
    'a worker holds each original in memory; lower it, or use Processing.none()',
  );
}

function computeMemory({ memory, imageLimits }: ProcessingSettings, maxSize: Size): Size {
  const decodeMiB = imageLimits.decodeMemory.toMebibytes();
  const needed = computeNeededMiB({ imageLimits }, maxSize);
  const reason = `for 'decodeMemory' (${decodeMiB} MiB and ${OVERSHOOT_MIB} MiB of overshoot), two copies of 'maxSize' (${formatSize(maxSize)}) and ${HEADROOM_MIB} MiB for the worker itself`;
  if (memory === undefined) return Size.mebibytes(Math.max(ONE_CPU_MIB, needed));
  if (memory.toMebibytes() >= needed) return memory;
  return throwOptionError(
    'processing.memory',
    `must be at least ${needed} MiB ${reason}`,
    `${memory.toMebibytes()} MiB`,
    "raise 'memory', or lower 'decodeMemory' or 'maxSize'",
  );
}

/** The worker holds the original, and the decoder a copy. */
function computeNeededMiB({ imageLimits }: Pick<ProcessingSettings, 'imageLimits'>, maxSize: Size): number {
  return imageLimits.decodeMemory.toMebibytes() + OVERSHOOT_MIB + 2 * Math.ceil(maxSize.toBytes() / 1024 / 1024)
    + HEADROOM_MIB;
}

function computeTimeout({ timeout, imageLimits, scanner }: ProcessingSettings, maxSize: Size): Duration {
  const { decodeSeconds } = imageLimits._limits;
  const scanSeconds = SCAN_SECONDS[scanner.kind as ScannerKind];
  const needed = computeLongestImageSeconds(imageLimits._limits, maxSize.toBytes(), scanSeconds);
  const others = needed - 2 * decodeSeconds - scanSeconds;
  const scan = scanSeconds > 0 ? `, ${scanSeconds} seconds of the scanner` : '';
  const reason = `for two decodes of 'decodeTime' (${decodeSeconds} seconds)${scan} and ${others} seconds to read and write 'maxSize' (${formatSize(maxSize)})`;
  if (timeout === undefined) return Duration.seconds(Math.max(QUEUE.WORKER_TIMEOUT, needed));
  if (timeout.toSeconds() >= needed) return timeout;
  return throwOptionError(
    'processing.timeout',
    `must be at least ${needed} seconds ${reason}`,
    timeout.toHumanString(),
    "raise 'timeout', or lower 'decodeTime' or 'maxSize'",
  );
}
