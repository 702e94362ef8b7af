import type { EnvironmentOptions } from './environment';
import { waitUntilIdle } from './wait-until-idle';
import type { TokenSettings } from '../../local/auth/token-settings';
import { createEmbeddedBackend } from '../../local/backends/embedded';
import { bundleHandlers } from '../../local/bundle';
import { shiftClock } from '../../local/server/clock';
import { startLocalServer } from '../../local/server/local-server';

/** The parent's commands. The child answers each with a message when it is done. */
export type Command = { readonly advance: number } | 'stop';

export interface LocalServerEnvironmentOptions extends EnvironmentOptions {
  /** Starts the server in `jwt` mode. */
  readonly tokens?: TokenSettings;
}

/** The local server as a process of its own. The parent controls its time and its sweeper. */
async function main(
  dataDir: string, { corsOrigins, processing = false, tokens }: LocalServerEnvironmentOptions,
): Promise<void> {
  await bundleHandlers();
  const server = await startLocalServer({
    port: 0,
    backend: createEmbeddedBackend(dataDir),
    corsOrigins,
    tokens,
    processing: processing ? 'queue' : 'none',
    sweepInterval: 0,
  });
  const sweep = async (): Promise<void> => {
    await server.sweep();
    if (processing) await waitUntilIdle();
  };
  process.on('message', (order: Command) => {
    const done = order === 'stop' ? server.close() : advance(order.advance, sweep);
    done.then(() => process.send?.('done'), fail);
  });
  process.on('disconnect', () => process.exit());
  process.send?.(server.url);
}

async function advance(milliseconds: number, sweep: () => Promise<void>): Promise<void> {
  shiftClock(String(milliseconds));
  await sweep();
}

function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}

const [dataDir, options] = process.argv.slice(2);
main(dataDir, JSON.parse(options) as LocalServerEnvironmentOptions).catch(fail);
