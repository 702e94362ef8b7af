import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync, cpSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { runtimeClient } from './client';
import { type Posted, RuntimeApi } from './runtime-api';
import { ASSETS } from '../../../local/bundle';
import { ROOT } from '../../conventions/compiled';
import { fetchNode } from '../../docker/node-of-image';

/** Handlers in a zip file with their native packages, by the name of their file. */
const ZIPPED: Readonly<Record<string, string>> = { worker: 'index', transform: 'transform' };

/** The id of Linux's user `nobody`: Lambda runs functions as an unprivileged user. */
const NOBODY = 65_534;

export interface Started {
  invoke(event: unknown, timeoutMs?: number): Promise<Posted>;
  /**
   * Lambda freezes an environment between invocations.
   * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
   */
  freeze(milliseconds: number): Promise<void>;
  /** Files that the function has written below `/tmp`. */
  temporaryFiles(): string[];
  output(): string;
  /** Ends the environment, and returns the changed files of the task folder. */
  stop(): Promise<string[]>;
}

/**
 * One execution environment of a built handler: AWS's runtime client on Lambda's Node.js, a read-only task folder, a
 * `/tmp` of its own.
 */
export async function startFunction(name: string, env: Readonly<Record<string, string>>): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), `lambda-${name}-`));
  chmodSync(folder, 0o755);
  const [task, temporary] = [join(folder, 'task'), join(folder, 'tmp')];
  unpack(name, task);
  mkdirSync(temporary);
  chmodSync(temporary, 0o777);
  const before = snapshot(task);
  const api = new RuntimeApi();
  const child = spawn(await nodeIn(folder), [runtimeClient(join(folder, 'runtime'))], {
    cwd: task,
    env: { ...lambdaEnvironment(name, task, await api.start()), TMPDIR: temporary, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: Lambda freezes and ends children together with their function.
    detached: true,
    ...process.getuid?.() === 0 && { uid: NOBODY, gid: NOBODY },
  });
  const output = collect(child);
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${name} ended with ${code ?? signal}: ${api.initErrors.join()} ${output()}`);
  });
  ended.catch(() => undefined);
  return {
    output,
    invoke: async (event, timeoutMs = 60_000) => Promise.race([api.invoke(event, timeoutMs), ended]),
    freeze: async milliseconds => {
      process.kill(-child.pid!, 'SIGSTOP');
      await new Promise(resolve => setTimeout(resolve, milliseconds));
      process.kill(-child.pid!, 'SIGCONT');
    },
    temporaryFiles: () => readdirSync(temporary, { recursive: true, encoding: 'utf8' }),
    stop: async () => {
      if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL');
      await ended.catch(() => undefined);
      await api.close();
      const changed = changes(before, snapshot(task));
      rmSync(folder, { recursive: true, force: true });
      return changed;
    },
  };
}

/** Variables that Lambda sets. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function lambdaEnvironment(name: string, task: string, api: string): Record<string, string> {
  return {
    AWS_LAMBDA_RUNTIME_API: api,
    _HANDLER: `${ZIPPED[name] ?? 'index'}.handler`,
    LAMBDA_TASK_ROOT: task,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/30/[$LATEST]1',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
  };
}

/** The files that Lambda would have, read-only for everyone. */
function unpack(name: string, task: string): void {
  if (name in ZIPPED) {
    const zip = readFileSync(join(ASSETS, `worker-${process.arch === 'arm64' ? 'arm64' : 'x86_64'}.zip`));
    for (const [file, bytes] of Object.entries(unzipSync(zip))) {
      mkdirSync(dirname(join(task, file)), { recursive: true });
      writeFileSync(join(task, file), bytes);
    }
  } else {cpSync(join(ASSETS, name), task, { recursive: true });}
  for (const entry of ['', ...readdirSync(task, { recursive: true, encoding: 'utf8' })]) {
    chmodSync(join(task, entry), 0o555);
  }
}

/** Lambda's Node.js, in a place where the unprivileged user can run it. */
async function nodeIn(folder: string): Promise<string> {
  const [, version] = /^FROM [^\n]*node:([\d.]+)/m.exec(readFileSync(join(ROOT, 'Dockerfile.lambda'), 'utf8'))!;
  const [binary, place] = [join(await fetchNode(version, () => undefined), 'node'), join(folder, 'node')];
  try {
    linkSync(binary, place);
  } catch {
    cpSync(binary, place);
  }
  return place;
}

function snapshot(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(entries.map(name => {
    const { size, mtimeMs } = statSync(join(folder, name));
    return [name, `${size} ${mtimeMs}`];
  }));
}

function changes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter(name => before.get(name) !== after.get(name));
}

function collect({ stdout, stderr }: ChildProcess): () => string {
  let text = '';
  for (const stream of [stdout, stderr]) stream!.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; });
  return () => text;
}
