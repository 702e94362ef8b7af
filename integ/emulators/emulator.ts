import type { ChildProcess } from 'node:child_process';
import * as http from 'node:http';
import * as https from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmulatorName, Options } from './options';
import { end, signalGroup, start } from './processes';
import type { Progress } from './progress';
import { pythonTool } from '../../test/python-tools';
import { freePort } from '../../test/support/free-port';

export interface Emulator {
  readonly name: EmulatorName;
  readonly endpoint: string;
  /** Path of the certificate that it serves TLS with. */
  readonly certificate?: string;
  stop(): Promise<void>;
  /** Leaves it running when this process ends. */
  release(): void;
}

const PATIENCE_MS = 180_000;
const DEFAULT_ENDPOINT = 'http://127.0.0.1:4566';

/** One that runs already is used and left running; any other is started, and ended by us. */
export async function openEmulator({ emulator, endpoint, command }: Options, progress: Progress): Promise<Emulator> {
  if (command) return startCommand(emulator, command, endpoint ?? DEFAULT_ENDPOINT, progress);
  if (!endpoint) return startMiniStack(progress);
  await untilHealthy(endpoint);
  return { name: emulator, endpoint, stop: async () => undefined, release: () => undefined };
}

/** It does not end on SIGTERM while functions are warm. */
async function startMiniStack(progress: Progress): Promise<Emulator> {
  const bin = await pythonTool('ministack', text => progress.note(text));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = start(join(bin, 'ministack'), [], { env: miniStackEnvironment(port, endpoint), cwd: progress.folder }, progress.log('emulator.log').path);
  return serving({ name: 'ministack', endpoint }, child, 'SIGKILL');
}

/** MiniStack with TLS, where roles and bucket policies are enforced; `test` remains the root of the account. */
export async function startMiniStackWithIam(progress: Progress): Promise<Emulator> {
  const bin = await pythonTool('ministack', text => progress.note(text));
  const port = await freePort();
  const endpoint = `https://127.0.0.1:${port}`;
  // Where MiniStack keeps the certificate that it makes for itself.
  const certificate = join(progress.folder, 'ministack-tls', 'server.crt');
  const env = { ...miniStackEnvironment(port, endpoint), AUTH: 'true', USE_SSL: '1', TMPDIR: progress.folder, NODE_EXTRA_CA_CERTS: certificate };
  const child = start(join(bin, 'python'), [join(__dirname, 'ministack_with_s3_keys.py')], { env, cwd: progress.folder }, progress.log('emulator.log').path);
  return serving({ name: 'ministack', endpoint, certificate }, child, 'SIGKILL');
}

function miniStackEnvironment(port: number, endpoint: string): NodeJS.ProcessEnv {
  const address = { BIND_HOST: '127.0.0.1', MINISTACK_HOST: '127.0.0.1', GATEWAY_PORT: `${port}`, AWS_ENDPOINT_URL: endpoint };
  return { ...process.env, ...address, IOT_MTLS_ENABLED: '0' };
}

async function startCommand(name: EmulatorName, command: string, endpoint: string, progress: Progress): Promise<Emulator> {
  if (await isHealthy(endpoint)) throw new Error(`EMULATOR_COMMAND cannot start another emulator at ${endpoint}: one serves there; unset EMULATOR_COMMAND to use it`);
  const child = start('sh', ['-c', command], {}, progress.log('emulator.log').path);
  return serving({ name, endpoint }, child, 'SIGTERM');
}

type Started = Omit<Emulator, 'stop' | 'release'>;

async function serving(emulator: Started, child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<Emulator> {
  // Also when this process is ended: nobody else knows the emulator.
  const endWithUs = (): void => { signalGroup(child, 'SIGKILL'); };
  process.once('exit', endWithUs);
  const stop = async (): Promise<void> => end(child, signal);
  try {
    await untilHealthy(emulator.endpoint, child);
    const release = (): void => {
      process.off('exit', endWithUs);
      child.unref();
    };
    return { ...emulator, stop, release };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilHealthy(endpoint: string, child?: ChildProcess): Promise<void> {
  for (const until = performance.now() + (child ? PATIENCE_MS : 5000); performance.now() < until; await sleep(200)) {
    if (child && child.exitCode !== null) throw new Error(`the emulator ended with code ${child.exitCode} before it served`);
    if (await isHealthy(endpoint)) return;
  }
  throw new Error(`no emulator answers at ${endpoint}: ${child ? 'see its log' : 'start it, correct AWS_ENDPOINT_URL, or unset it to have one started'}`);
}

/** Both emulators know this path. A certificate of our own emulator's making proves nothing here, so none is asked for. */
async function isHealthy(endpoint: string): Promise<boolean> {
  const get = endpoint.startsWith('https') ? https.get : http.get;
  return new Promise(resolve => {
    const options = { rejectUnauthorized: false, agent: false as const, timeout: 2000 };
    const request = get(`${endpoint}/_localstack/health`, options, response => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy()).on('error', () => resolve(false));
  });
}
