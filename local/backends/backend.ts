import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Place } from './place';

/** What the handlers work on. */
export interface Backend {
  readonly place: Place;
  /** Answers requests for the bucket on the API's own port. Absent where storage has an address of its own. */
  readonly storage?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Where the key is kept that delivery URLs are signed by. Absent where there is no CDN. */
  readonly signingKeyFile?: string;
  /** Where the data is and how to begin anew, in whole sentences. */
  readonly about: string;
}

/** Runs each step of the start, to show it. A label may tell what came of the step. */
export type Step = <T>(label: string | ((result: T) => string), work: () => Promise<T>) => Promise<T>;

export interface BackendOptions {
  /** Where the server listens. */
  readonly url: string;
  readonly corsOrigins: readonly string[];
  /** Whether a worker makes variants of every upload. */
  readonly processing: boolean;
  readonly step: Step;
  /** What runs when the server stops, the last one first. */
  onClose(closer: () => Promise<void>): void;
}

export type OpenBackend = (options: BackendOptions) => Promise<Backend>;
