import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RecordSource } from '../functions/stream-source';
import type { Place } from '../place';
import type { Step } from '../step';

/** The storage, table and queues of the handlers. */
export interface Backend {
  readonly place: Place;
  /** Answers requests for the bucket on the API's port. Absent if storage has its own address. */
  readonly storage?: (request: IncomingMessage, response: ServerResponse) => void;
  /** File of the key that signs delivery URLs. Absent without a CDN. */
  readonly signingKeyFile?: string;
  /** Files of the development issuer: its key, and its URL for `npm run token`. Absent with an emulator. */
  readonly issuerFiles?: { readonly key: string; readonly url: string };
  /** The changes of the table, if they are kept. Absent with an emulator. */
  readonly records?: RecordSource;
  /** Sentences about where the data is and how to reset it. */
  readonly about: string;
}

export interface BackendOptions {
  /** URL of the server. */
  readonly url: string;
  readonly corsOrigins: readonly string[];
  /** Whether a worker makes variants of every upload. */
  readonly processing: boolean;
  /** Whether to keep the changes of the table for the publisher of events. */
  readonly keepsRecords: boolean;
  readonly step: Step;
  /** Registers a function that runs when the server stops, in reverse order. */
  onClose(closer: () => Promise<void>): void;
}

export type OpenBackend = (options: BackendOptions) => Promise<Backend>;
