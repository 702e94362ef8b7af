import type { ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmulatorName, Options } from './options';
import { end, start } from './processes';
import type { Progress } from './progress';
import { pythonTool } from '../../test/python-tools';

export interface Emulator {
  readonly name: EmulatorName;
  readonly endpoint: string;
  /** What clients need besides to reach it, such as a certificate to trust. */
  readonly environment: Record<string, string>;
  stop(): Promise<void>;
}

const PATIENCE_MS = 180_000;
const DEFAULT_ENDPOINT = 'http://127.0.0.1:4566';

/** One that runs already is used and left running; any other is started, and ended by us. */
export async function openEmulator({ emulator, endpoint, command }: Options, progress: Progress): Promise<Emulator> {
  if (command) return startCommand(emulator, command, endpoint ?? DEFAULT_ENDPOINT, progress);
  if (!endpoint) return startMiniStack(progress);
  await untilHealthy(endpoint);
  return { name: emulator, endpoint, environment: {}, stop: async () => undefined };
}

export async function startMiniStack(progress: Progress, environment: Record<string, string> = {}): Promise<Emulator> {
  const bin = await pythonTool('ministack', text => progress.note(text));
  const port = await freePort();
  const endpoint = `${environment.USE_SSL ? 'https' : 'http'}://127.0.0.1:${port}`;
  const env = {
    ...process.env, BIND_HOST: '127.0.0.1', GATEWAY_PORT: `${port}`, MINISTACK_HOST: '127.0.0.1', IOT_MTLS_ENABLED: '0', ...environment, AWS_ENDPOINT_URL: endpoint,
  };
  const child = start(join(bin, 'ministack'), [], { env, cwd: progress.folder }, progress.log('emulator.log').write);
  // It does not end on SIGTERM while functions are warm.
  return serving({ name: 'ministack', endpoint, environment: {}, stop: async () => end(child, 'SIGKILL') }, child);
}

async function startCommand(name: EmulatorName, command: string, endpoint: string, progress: Progress): Promise<Emulator> {
  if (await isHealthy(endpoint)) throw new Error(`EMULATOR_COMMAND cannot start another emulator at ${endpoint}: one serves there; unset EMULATOR_COMMAND to use it`);
  const child = start('sh', ['-c', command], {}, progress.log('emulator.log').write);
  return serving({ name, endpoint, environment: {}, stop: async () => end(child, 'SIGTERM') }, child);
}

async function serving(emulator: Emulator, child: ChildProcess): Promise<Emulator> {
  // Also when this process is ended: nobody else knows the emulator.
  process.once('exit', () => { try { process.kill(-child.pid!, 'SIGKILL'); } catch { /* it has ended */ } });
  try {
    await untilHealthy(emulator.endpoint, child);
    return emulator;
  } catch (error) {
    await emulator.stop();
    throw error;
  }
}

async function untilHealthy(endpoint: string, child?: ChildProcess): Promise<void> {
  for (const until = performance.now() + (child ? PATIENCE_MS : 5000); performance.now() < until; await sleep(200)) {
    if (child && child.exitCode !== null) throw new Error(`the emulator ended with code ${child.exitCode} before it served`);
    if (await isHealthy(endpoint)) return;
  }
  throw new Error(`no emulator answers at ${endpoint}`);
}

/** Both emulators know this path. */
async function isHealthy(endpoint: string): Promise<boolean> {
  return fetch(`${endpoint}/_localstack/health`, { signal: AbortSignal.timeout(2000) }).then(({ ok }) => ok, () => false);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
