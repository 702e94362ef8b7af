import type { ImageRecord, Rejection, VariantDefinition } from '../../../src/contract';
import type { MadeImage, WorkerDeps } from '../ports';

/** What a worker begins with. */
export interface Task {
  readonly record: ImageRecord;
  /** The variants that are to be made. */
  readonly wanted: readonly VariantDefinition[];
}

export interface Original extends Task {
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, base64. */
  readonly checksum: string;
}

export interface Inspected extends Original {
  readonly header: unknown;
}

export interface Processed extends Inspected {
  readonly made: MadeImage;
}

/**
 * Why the work ends before its last step. `gone`: the object is not there any more, or not in the version that was confirmed.
 * `waiting`: the scanner has not looked yet, and its event will tell. `unavailable`: the scanner can look at nothing now.
 */
export type End =
  | { readonly end: 'rejected'; readonly rejection: Rejection }
  | { readonly end: 'gone' }
  | { readonly end: 'waiting' }
  | { readonly end: 'unavailable' };

/** Whatever a step throws is our fault, and worth another try. */
export type Step<In, Out> = (deps: WorkerDeps, work: In) => Promise<Out | End>;
