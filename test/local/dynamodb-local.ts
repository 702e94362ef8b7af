import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../support/free-port';

const ROOT = join(__dirname, '..', '..');
const POM = join(ROOT, '..', 'shared', 'localstack', 'dynamodb-local.xml');
const FOLDER = join(ROOT, 'node_modules', '.cache', 'dynamodb-local');
const MAIN = 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner';
const START_MS = 60_000;

/** Amazon's own emulator: what our engine is measured by. `tsx test/local/dynamodb-local.ts` installs it. */
export interface DynamoDbLocal {
  readonly endpoint: string;
  stop(): Promise<void>;
}

export function isInstalled(): boolean {
  return existsSync(FOLDER) && readdirSync(FOLDER).some(file => file.startsWith('DynamoDBLocal-'));
}

function install(): void {
  if (isInstalled()) return;
  mkdirSync(FOLDER, { recursive: true });
  execFileSync('mvn', ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${FOLDER}`], { stdio: 'inherit' });
}

async function untilItAnswers(endpoint: string, child: ChildProcess): Promise<void> {
  const end = Date.now() + START_MS;
  while (child.exitCode === null && Date.now() < end) {
    if (await fetch(endpoint).then(() => true, () => false)) return;
    await delay(100);
  }
  throw new Error(`DynamoDB Local did not answer within ${START_MS} ms (exit code ${child.exitCode})`);
}

export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  const port = await freePort();
  const options = [`-Djava.library.path=${FOLDER}`, '-cp', `${FOLDER}/*`, MAIN, '-inMemory', '-port', String(port), '-disableTelemetry'];
  const child = spawn('java', options, { stdio: 'ignore' });
  const gone = new Promise(resolve => child.once('exit', resolve));
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  await untilItAnswers(endpoint, child).catch(async error => {
    await stop();
    throw error;
  });
  return { endpoint, stop };
}

if (require.main === module) install();
