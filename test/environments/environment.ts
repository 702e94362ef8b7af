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
  /** Lower-case names, a value for each time that the header came. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
}

export interface EnvironmentOptions {
  /** Origins that the service answers CORS to. */
  readonly corsOrigins?: readonly string[];
  /** Whether a worker makes variants of every upload; not by default. */
  readonly processing?: boolean;
}

/** A place where the service runs. The acceptance suite knows the service through this alone. */
export interface TestEnvironment {
  readonly name: string;
  /** Absent where time cannot be moved (a deployed stack). */
  readonly clock?: Clock;
  /** Whether variants come by a CDN, to who has signed URLs; else by presigned URLs of storage. */
  readonly hasCdn?: boolean;
  /** The most requests that it takes at once, where that is few: each may start a process of its own there. */
  readonly maxConcurrency?: number;
  start(): Promise<void>;
  stop(): Promise<void>;
  send(request: WireRequest): Promise<WireResponse>;
}

export interface Clock {
  /** Moves the service's time ahead and lets the sweeper visit what has become due. */
  advance(milliseconds: number): Promise<void>;
  /** Runs `work` while the service's clock stands still; absent where only a restart moves it. */
  freeze?<T>(work: () => Promise<T>): Promise<T>;
}

export type CreateEnvironment = (options?: EnvironmentOptions) => TestEnvironment;
