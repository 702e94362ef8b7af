import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(__dirname, '..', '..', '..');

/** The local server as `npm start` runs it, in a process and a data folder of its own. */
export interface ServerProcess {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startServerProcess(...options: string[]): Promise<ServerProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'image-service-'));
  const command = ['--import', 'tsx', join(ROOT, 'local', 'main.ts'), '--port', '0', '--data', dataDir, ...options];
  const child = spawn(process.execPath, command, {
    cwd: ROOT,
    env: { ...process.env, AWS_ENDPOINT_URL: undefined },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    url: await readUrl(child),
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await rm(dataDir, { recursive: true });
    },
  };
}

/** The server prints its URL once it is ready. Later output is read too, because a full pipe would stop the server. */
async function readUrl(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', line => {
      const [, url] = /listens on (http:\/\/\S+)/.exec(line) ?? [];
      if (url === undefined) said.push(line);
      else resolve(url);
    });
    child.once('exit', code => reject(
      new Error(`the local server must say where it listens, got exit code ${code} after: ${said.join(' / ')}`),
    ));
  });
}
