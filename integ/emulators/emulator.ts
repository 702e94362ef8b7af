import type { ChildProcess } from 'node:child_process';
import * as http from 'node:http';
import * as https from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import type { EmulatorName, Options } from './options';
import { buildBareEnvironment, end, release, start, withoutAwsSettings } from './processes';
import type { Progress } from './progress';
import { pythonTool } from '../../test/python-tools';
import { freePort } from '../../test/support/free-port';

export interface Emulator {
  readonly name: EmulatorName;
  readonly endpoint: string;
  /** Path of the emulator's TLS certificate. */
  readonly certificate?: string;
  stop(): Promise<void>;
  /** Leaves the emulator running when this process ends. */
  release(): void;
}

/** Additions that make MiniStack serve as AWS does. */
const MINISTACK = join(__dirname, 'ministack');

export const EMULATOR_LOG = 'emulator.log';

const PATIENCE_MS = 180_000;
const DEFAULT_ENDPOINT = 'http://127.0.0.1:4566';

export function describeStart({ emulator, endpoint, command }: Options): string {
  return endpoint && !command ? `wait for ${emulator} at ${endpoint}` : `start ${emulator}`;
}

/** Uses a running emulator and leaves it running; otherwise starts one and ends it. */
export async function openEmulator({ emulator, endpoint, command }: Options, progress: Progress): Promise<Emulator> {
  if (command) return startCommand(emulator, command, endpoint ?? DEFAULT_ENDPOINT, progress);
  if (!endpoint) return startMiniStack(progress);
  await waitUntilHealthy(endpoint);
  await checkIs(emulator, endpoint);
  return { name: emulator, endpoint, stop: async () => undefined, release: () => undefined };
}

async function startMiniStack(progress: Progress): Promise<Emulator> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const environment = buildMiniStackEnvironment(port, endpoint, progress.folder);
  return runMiniStack({ name: 'ministack', endpoint }, environment, progress);
}

/** MiniStack with TLS, with enforcement of roles and bucket policies; `test` remains the account's root. */
export async function startMiniStackWithIam(progress: Progress): Promise<Emulator> {
  const port = await freePort();
  const endpoint = `https://127.0.0.1:${port}`;
  // MiniStack writes its own certificate here.
  const certificate = join(progress.folder, 'ministack-tls', 'server.crt');
  const env = {
    ...buildMiniStackEnvironment(port, endpoint, progress.folder),
    AUTH: 'true',
    USE_SSL: '1',
    NODE_EXTRA_CA_CERTS: certificate,
  };
  return runMiniStack({ name: 'ministack', endpoint, certificate }, env, progress);
}

/** MiniStack does not end on SIGTERM while functions are warm. */
async function runMiniStack(emulator: Started, env: NodeJS.ProcessEnv, progress: Progress): Promise<Emulator> {
  const bin = await pythonTool('ministack', text => progress.showNote(text));
  const streaming = join(progress.folder, 'streaming.js');
  await build({ entryPoints: [join(MINISTACK, 'streaming.ts')], bundle: true, platform: 'node', outfile: streaming });
  const options = { env: { ...env, NODE_OPTIONS: `--require "${streaming}"` }, cwd: progress.folder };
  const child = start(
    join(bin, 'python'), [join(MINISTACK, 'start.py')], options, progress.log(EMULATOR_LOG).path, 'SIGKILL',
  );
  return waitUntilServing(emulator, child, 'SIGKILL');
}

/** MiniStack leaves its functions' code in the folder of this run. */
function buildMiniStackEnvironment(port: number, endpoint: string, folder: string): NodeJS.ProcessEnv {
  const address = {
    BIND_HOST: '127.0.0.1',
    MINISTACK_HOST: '127.0.0.1',
    GATEWAY_PORT: `${port}`,
    AWS_ENDPOINT_URL: endpoint,
  };
  // Python would write its cache beside the emulator's files.
  return { ...buildBareEnvironment(), ...address, TMPDIR: folder, IOT_MTLS_ENABLED: '0', PYTHONDONTWRITEBYTECODE: '1' };
}

async function startCommand(
  name: EmulatorName, command: string, endpoint: string, progress: Progress,
): Promise<Emulator> {
  if (await isHealthy(endpoint)) {
    throw new Error(
      `EMULATOR_COMMAND cannot start another emulator at ${endpoint}: one serves there; unset EMULATOR_COMMAND to use it`,
    );
  }
  const child = start('sh', ['-c', command], { env: withoutAwsSettings() }, progress.log(EMULATOR_LOG).path, 'SIGTERM');
  return waitUntilServing({ name, endpoint }, child, 'SIGTERM');
}

type Started = Omit<Emulator, 'stop' | 'release'>;

async function waitUntilServing(
  emulator: Started, child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL',
): Promise<Emulator> {
  const stop = async (): Promise<void> => end(child, signal);
  try {
    await waitUntilHealthy(emulator.endpoint, child);
    return { ...emulator, stop, release: () => release(child) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function waitUntilHealthy(endpoint: string, child?: ChildProcess): Promise<void> {
  for (const until = performance.now() + (child ? PATIENCE_MS : 5000); performance.now() < until; await sleep(200)) {
    if (child && child.pid === undefined) {
      throw new Error(`the emulator could not be started: there is no ${child.spawnfile}`);
    }
    const ended = child && (child.signalCode ?? child.exitCode);
    if (ended !== undefined && ended !== null) throw new Error(`the emulator ended with ${ended} before it served`);
    if (await isHealthy(endpoint)) return;
  }
  throw new Error(
    `no emulator answers at ${endpoint}: ${child ? 'see its log' : 'start it, correct AWS_ENDPOINT_URL, or unset it to have one started'}`,
  );
}

/** The known deviations of one emulator must not be expected of the other. */
async function checkIs(emulator: EmulatorName, endpoint: string): Promise<void> {
  const answering = await isAnswering(`${endpoint}/_ministack/health`) ? 'ministack' : 'localstack';
  if (answering !== emulator) {
    throw new Error(
      `EMULATOR is ${emulator}, but it is ${answering} that answers at ${endpoint}: set EMULATOR=${answering}, or correct AWS_ENDPOINT_URL`,
    );
  }
}

/** Both emulators serve this path. */
async function isHealthy(endpoint: string): Promise<boolean> {
  return isAnswering(`${endpoint}/_localstack/health`);
}

/** Skips certificate validation: our own emulator made the certificate, so it proves nothing here. */
async function isAnswering(url: string): Promise<boolean> {
  const get = url.startsWith('https') ? https.get : http.get;
  return new Promise(resolve => {
    const options = { rejectUnauthorized: false, agent: false as const, timeout: 2000 };
    const request = get(url, options, response => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy()).on('error', () => resolve(false));
  });
}
