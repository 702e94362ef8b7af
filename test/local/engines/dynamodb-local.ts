import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../support/free-port';

const ROOT = join(__dirname, '..', '..', '..');
const POM = join(__dirname, 'dynamodb-local.xml');
const FOLDER = join(ROOT, 'node_modules', '.cache', 'dynamodb-local');
const MAIN = 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner';
const START_MS = 60_000;
const REPORTED_CHARACTERS = 4000;

/** Amazon's own emulator, the reference for our engine. `tsx test/local/engines/dynamodb-local.ts` installs it. */
export interface DynamoDbLocal {
  readonly endpoint: string;
  /** Its state and the end of its output. */
  report(): string;
  stop(): Promise<void>;
}

export function isInstalled(): boolean {
  return existsSync(FOLDER) && readdirSync(FOLDER).some(file => file.startsWith('DynamoDBLocal-'));
}

function install(): void {
  if (isInstalled()) return;
  mkdirSync(FOLDER, { recursive: true });
  execFileSync('mvn', ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${FOLDER}`], {
    stdio: 'inherit',
  });
}

async function untilItAnswers(endpoint: string, child: ChildProcess): Promise<void> {
  const end = Date.now() + START_MS;
  while (isRunning(child) && Date.now() < end) {
    if (await fetch(endpoint).then(() => true, () => false)) return;
    await delay(100);
  }
  throw new Error(`DynamoDB Local did not answer within ${START_MS} ms`);
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

function start(port: number, log: string): ChildProcess {
  const output = openSync(log, 'w');
  const options = [
    `-Djava.library.path=${FOLDER}`, '-cp', `${FOLDER}/*`, MAIN, '-inMemory', '-port', String(port),
    '-disableTelemetry',
  ];
  const child = spawn('java', ['-Xmx256m', ...options], { stdio: ['ignore', output, output] });
  closeSync(output);
  return child;
}

export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  const port = await freePort();
  const log = join(mkdtempSync(join(tmpdir(), 'dynamodb-local-')), 'log');
  const child = start(port, log);
  const gone = new Promise(resolve => child.once('exit', resolve));
  const endpoint = `http://127.0.0.1:${port}`;
  const report = (): string => {
    const state = isRunning(child) ? 'runs' : `ended (${child.signalCode ?? `exit code ${child.exitCode}`})`;
    return `DynamoDB Local ${state} and printed: ${readFileSync(log, 'utf8').slice(-REPORTED_CHARACTERS)}`;
  };
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
    rmSync(dirname(log), { recursive: true });
  };
  await untilItAnswers(endpoint, child).catch(async error => {
    const seen = report();
    await stop();
    throw new Error(seen, { cause: error });
  });
  return { endpoint, report, stop };
}

if (require.main === module) install();
