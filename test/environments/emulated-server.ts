import { randomUUID } from 'node:crypto';
import type { TestEnvironment, EnvironmentOptions } from './environment';
import { closeConnections, exchange } from './http';
import { ServerProcess } from '../local/support/server-process';

export interface EmulatedServerOptions extends EnvironmentOptions {
  /** The emulator's URL, with its address. */
  readonly emulator: string;
  /** See `TestEnvironment`. */
  readonly maxConcurrency?: number;
}

export interface EmulatedServerEnvironment extends TestEnvironment {
  /** The name of bucket, table and queue. */
  readonly resources: string;
  /** The storage URL for clients. */
  readonly publicStorage: string;
}

/**
 * `npm start` on a running emulator, with a bucket, a table and a queue of its own there. Clients reach storage by name
 * and the server by address, as with Docker Compose. It has no clock: the emulator would refuse signatures from another
 * time.
 */
export function createEmulatedServerEnvironment(
  { emulator, maxConcurrency: crowd, processing = false, corsOrigins = [] }: EmulatedServerOptions,
): EmulatedServerEnvironment {
  const name = `local-server-${randomUUID()}`;
  const publicStorage = emulator.replace('//127.0.0.1:', '//localhost:');
  let server: ServerProcess;
  let origin: string;

  return {
    name: 'local server on an emulator',
    resources: name,
    publicStorage,
    maxConcurrency: crowd,
    start: async () => {
      server = new ServerProcess([
        '--port', '0', '--processing', processing ? 'queue' : 'none',
        ...corsOrigins.flatMap(allowed => ['--cors-origin', allowed]),
      ], {
        AWS_ENDPOINT_URL: emulator,
        PUBLIC_S3_ENDPOINT: publicStorage,
        BUCKET_NAME: name,
        TABLE_NAME: name,
        QUEUE_NAME: name,
      });
      origin = await server.url();
    },
    stop: async () => {
      closeConnections();
      const code = await server.end('SIGTERM');
      if (code !== 0) throw new Error(`the local server ended with code ${code}: ${server.output}`);
    },
    send: async request => exchange(origin, request),
  };
}
