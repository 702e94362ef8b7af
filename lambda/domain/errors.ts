import type { FailureCode, ProblemCode } from '../../src/contract';

export interface Fault {
  /** JSON Pointer into the body, or the name of a parameter or header. */
  readonly path: string;
  readonly message: string;
}

/** An answer for the client. `detail` is public: it never carries text of other users or systems. */
export class ProblemError extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly extras: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${code}: ${detail}`);
    this.name = 'ProblemError';
  }
}

/**
 * An error with a message that we wrote. It holds no data of users and no text of other software, so logs show it.
 * They show only names, codes and stacks of all other errors.
 */
export class ServiceError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ServiceError';
  }
}

/** The store was busy, or its answer was lost: the write may have happened. */
export class TryAgain extends ServiceError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TryAgain';
  }
}

/** A failed try with a known cause, which is the error's name: the record keeps it (`last_error`). */
export class FailedTry extends ServiceError {
  constructor(name: FailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/** The scanner can scan no original now, so the failed scan says nothing about this one. */
export class ScannerUnavailable extends ServiceError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ScannerUnavailable';
  }
}

/** One text for absent, foreign and impossible images: clients must not tell them apart. */
export function buildNotFound(): ProblemError {
  return new ProblemError('not-found', 'There is no such image.');
}

export function buildUnavailable(): ProblemError {
  return new ProblemError('unavailable', 'The service is busy. Try again in a moment.');
}
