import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestEnvironment } from './environment';
import { closeConnections, exchange } from './http';
import type { Command, LocalServerEnvironmentOptions } from './local-server-process';
import { passOutput } from './pass-output';

const ENTRY = join(__dirname, 'local-server-process.ts');

export interface LocalServerEnvironment extends TestEnvironment {
  readonly url: () => string;
  readonly dataDir: () => string;
  /** Output of the server. */
  readonly output: () => string;
}

/** The local server in a process of its own: the built handlers behind real HTTP. */
export function createLocalServerEnvironment(
  options: LocalServerEnvironmentOptions = {},
): LocalServerEnvironment {
  let directory: string;
  let child: ChildProcess;
  let origin: string;
  let output = '';
  const order = async (message: Command): Promise<void> => {
    child.send(message);
    await answer(child);
  };

  return {
    name: 'local server',
    hasCdn: options.processing,
    start: async () => {
      directory = await mkdtemp(join(tmpdir(), 'image-service-'));
      child = fork(ENTRY, [directory, JSON.stringify(options)], {
        execArgv: ['--import', 'tsx'],
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        // Every line and every metric: `test/support/watch-output.setup.ts` checks them.
        env: { POWERTOOLS_LOG_LEVEL: 'DEBUG', POWERTOOLS_METRICS_DISABLED: 'false', ...process.env },
      });
      passOutput(child);
      for (const stream of [child.stdout, child.stderr]) stream!.on('data', chunk => { output += String(chunk); });
      origin = await answer(child);
    },
    stop: async () => {
      closeConnections();
      await order('stop');
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
      await rm(directory, { recursive: true });
    },
    url: () => origin,
    dataDir: () => directory,
    output: () => output,
    send: async request => exchange(origin, request),
    clock: { advance: async milliseconds => order({ advance: milliseconds }) },
  };
}

/** The child's next message; an error if the child ends first. */
async function answer(child: ChildProcess): Promise<string> {
  const heard = new AbortController();
  try {
    return await Promise.race([
      once(child, 'message', heard).then(([message]) => message as string),
      once(child, 'exit', heard).then(([code]) => { throw new Error(`the local server ended with code ${code}`); }),
    ]);
  } finally {
    heard.abort();
  }
}
