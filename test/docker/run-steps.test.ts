import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './compose';

let folder: string;

beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'run-steps-')); });
afterEach(() => rmSync(folder, { recursive: true }));

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
}

/** `npm run docker:check -- …`, with its folders where the test can inspect them. */
function dockerCheck(args: readonly string[] = [], preload: readonly string[] = []): Run {
  const script = join(ROOT, 'test', 'docker', 'run-steps.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', ...preload, script, ...args], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: folder },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  }
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, output })) };
}

test.each([
  ['--help', 0, 'Python 3.10 or newer'],
  ['--foo', 1, "✗ Unknown option '--foo'"],
  ['--foo', 1, 'npm run docker:check -- --help lists the options'],
])('%s ends it with %i before it begins', async (option, expected, text) => {
  const { code, output } = await dockerCheck([option]).ended;
  expect(code).toBe(expected);
  expect(output).toContain(text);
  expect(output).not.toContain('hadolint objects');
}, 60_000);

test.each(['SIGINT', 'SIGTERM'] as const)('%s leaves no folder behind', async signal => {
  const { child, ended } = dockerCheck();
  while (!readdirSync(folder).some(name => name.startsWith('docker-check-'))) {
    await Promise.race([once(child.stdout!, 'data'), ended]);
  }
  child.kill(signal);
  expect((await ended).code).toBe(130);
  expect(readdirSync(folder).filter(name => name.startsWith('docker-check-'))).toEqual([]);
}, 60_000);

/** Receives a signal as soon as its folder exists. Without a handler the signal ends a process at once. */
const SIGNAL_ON_FOLDER = (signal: string): string => `data:text/javascript,${encodeURIComponent(`
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const { mkdtempSync } = fs;
  fs.mkdtempSync = (prefix, ...rest) => {
    const folder = mkdtempSync(prefix, ...rest);
    if (prefix.includes('docker-check-')) process.kill(process.pid, '${signal}');
    return folder;
  };
  syncBuiltinESMExports();
`)}`;

test.each(['SIGHUP', 'SIGINT', 'SIGTERM'] as const)(
  '%s at the moment the folder is made leaves no folder behind', async signal => {
    const { code } = await dockerCheck([], ['--import', SIGNAL_ON_FOLDER(signal)]).ended;
    expect(code).toBe(130);
    expect(readdirSync(folder).filter(name => name.startsWith('docker-check-'))).toEqual([]);
  }, 60_000,
);
