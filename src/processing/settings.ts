import type { Duration, Size } from 'aws-cdk-lib';
import type { ImageLimits } from './image-limits';
import type { Scanner } from './scanner';
import type { WorkerConcurrency } from './worker-concurrency';

/** Options of `Processing.queue()`, with the defaults that depend on nothing else. */
export interface ProcessingSettings {
  readonly memory?: Size;
  readonly timeout?: Duration;
  readonly batchSize: number;
  readonly concurrency: WorkerConcurrency;
  readonly scanner: Scanner;
  readonly imageLimits: ImageLimits;
}
