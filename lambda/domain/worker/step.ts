import type { ImageRecord, Rejection, VariantDefinition } from '../../../src/contract';
import type { MadeImage, WorkerDeps } from '../ports';

/** Input of the first step. */
export interface Task {
  readonly record: ImageRecord;
  /** The variants to make. */
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
 * Why the work ends before its last step. `gone`: the object is absent, or has another version than the confirmed one.
 * `waiting`: the original is not scanned yet, and an event will follow. `unavailable`: the scanner can scan nothing
 * now.
 */
export type End =
  | { readonly end: 'rejected'; readonly rejection: Rejection }
  | { readonly end: 'gone' }
  | { readonly end: 'waiting' }
  | { readonly end: 'unavailable' };

/** Every error of a step is our fault, and worth another try. */
export type Step<In, Out> = (deps: WorkerDeps, work: In) => Promise<Out | End>;
