/** One HTTP request exactly as it goes on the wire. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, sent byte for byte. */
  readonly target: string;
  /** Pairs of name and value in order; names may repeat. One character of a value is one byte (Latin-1). */
  readonly headers: ReadonlyArray<readonly [string, string]>;
  readonly body?: Uint8Array;
}

export interface WireResponse {
  readonly status: number;
  /** Lower-case names, with one value for each occurrence of the header. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
}

export interface EnvironmentOptions {
  /** Origins that are allowed by CORS. */
  readonly corsOrigins?: readonly string[];
  /** Whether a worker makes variants of every upload; not by default. */
  readonly processing?: boolean;
  /** Settings of the authorizer (`AUTHORIZER_ENV`): callers send tokens. Absent: the headers are trusted. */
  readonly authorizer?: Readonly<Record<string, string>>;
}

/** A place where the service runs. The acceptance suite uses the service only through this interface. */
export interface TestEnvironment {
  readonly name: string;
  /** Absent if time cannot be moved (a deployed stack). */
  readonly clock?: Clock;
  /** Whether the CDN delivers variants to holders of signed URLs; if not, storage delivers them by presigned URLs. */
  readonly hasCdn?: boolean;
  /** The limit of concurrent requests, if it is low: each may start a process of its own there. */
  readonly maxConcurrency?: number;
  start(): Promise<void>;
  stop(): Promise<void>;
  send(request: WireRequest): Promise<WireResponse>;
}

export interface Clock {
  /** Advances the service's time and runs the sweeper on everything that has become due. */
  advance(milliseconds: number): Promise<void>;
  /** Runs `work` while the service's clock stands still; absent if only a restart moves the clock. */
  freeze?<T>(work: () => Promise<T>): Promise<T>;
}

export type CreateEnvironment = (options?: EnvironmentOptions) => TestEnvironment;
