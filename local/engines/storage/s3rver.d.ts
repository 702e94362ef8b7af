/** The parts of s3rver 4 and Koa that the engine uses; s3rver ships no types. */
declare module '@20minutes/s3rver' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface Context {
    readonly req: IncomingMessage;
    readonly res: ServerResponse;
    readonly headers: Record<string, string | undefined>;
    readonly response: { get(name: string): string };
    method: string;
    path: string;
    querystring: string;
    status: number;
    body: unknown;
    store: unknown;
    state: Record<string, unknown>;
    get(name: string): string;
    set(name: string, value: string): void;
    remove(name: string): void;
  }
  export type Middleware = (ctx: Context, next: () => Promise<void>) => Promise<void>;

  class S3rver {
    constructor(options: { silent: boolean; directory: string; vhostBuckets: boolean });
    store: unknown;
    logger: { exceptions: { unhandle(): void }; close(): void };
    readonly context: { store: unknown; logger: unknown };
    readonly middleware: Middleware[];
    on(event: 'error', listener: (error: Error) => void): this;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  }
  export default S3rver;
}

declare module '@20minutes/s3rver/lib/models/error' {
  export default class S3Error extends Error {
    constructor(code: string, message: string, detail?: Record<string, unknown>);
    readonly code: string;
    status: number;
    static fromError(error: Error): S3Error;
    toXML(): string;
  }
}

declare module '@20minutes/s3rver/lib/models/config' {
  export class TaggingConfiguration {
    constructor(xml: string);
    rawConfig: object;
  }
}
