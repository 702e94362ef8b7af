import { spawnSync } from 'node:child_process';
import {
  copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ROOT } from './compiled';

/** Tools of every system, without Python, Java, apt-get, sudo and LocalStack. */
const TOOLS = ['awk', 'bash', 'cat', 'dirname', 'env', 'grep', 'id', 'mktemp', 'renice', 'rm', 'sed', 'sort', 'tee'];

/** Replaces npm, npx and git: records the call, and reports one passed test. */
const FAKE = `#!${process.execPath}
const { appendFileSync, writeFileSync } = require('node:fs');
const { EMULATOR, EMULATOR_COMMAND, AWS_ENDPOINT_URL, SKIPPED_TESTS_FILE, CALLS } = process.env;
const args = process.argv.slice(2);
appendFileSync(CALLS, JSON.stringify({ args: args.join(' '), EMULATOR, EMULATOR_COMMAND, AWS_ENDPOINT_URL }) + '\\n');
const report = args.find(arg => arg.startsWith('--outputFile='));
if (report) {
  writeFileSync(report.slice(13), JSON.stringify({ numPassedTests: 1, numFailedTests: 0, numRuntimeErrorTestSuites: 0, testResults: [] }));
  appendFileSync(SKIPPED_TESTS_FILE, 'Chromium (1 test in a.test.ts): install it\\n');
} else console.log('1 passed, 0 failed');
`;

interface Call {
  readonly args: string;
  readonly EMULATOR?: string;
  readonly EMULATOR_COMMAND?: string;
  readonly AWS_ENDPOINT_URL?: string;
}

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ci-run-'));
  for (const part of ['bin', 'project/.ci']) mkdirSync(join(folder, part), { recursive: true });
  copyFileSync(join(ROOT, '.ci', 'run'), join(folder, 'project', '.ci', 'run'));
  for (const tool of TOOLS) symlinkSync(findTool(tool), join(folder, 'bin', tool));
  symlinkSync(process.execPath, join(folder, 'bin', 'node'));
  for (const name of ['npm', 'npx', 'git']) addCommand(join('bin', name), FAKE);
});
afterEach(() => rmSync(folder, { recursive: true }));

function findTool(tool: string): string {
  return process.env.PATH!.split(delimiter).map(path => join(path, tool)).find(existsSync)!;
}

function addCommand(name: string, text: string): void {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text, { mode: 0o755 });
}

function run(env: Record<string, string> = {}): { lines: string[]; calls: Call[] } {
  const calls = join(folder, 'calls');
  const { stdout, status } = spawnSync('bash', [join(folder, 'project', '.ci', 'run')], {
    env: { PATH: join(folder, 'bin'), HOME: folder, CALLS: calls, CHROMIUM: '/none', ...env }, encoding: 'utf8',
  });
  expect({ stdout, status }).toMatchObject({ status: 0 });
  return {
    lines: stdout.trim().split('\n'),
    calls: readFileSync(calls, 'utf8').trim().split('\n').map(line => JSON.parse(line) as Call),
  };
}

test('lists before its last line the steps and tests that it skipped, with the remedy', () => {
  const { lines } = run();
  const start = lines.indexOf('Skipped, and how to enable it:');
  expect(lines.slice(start + 1, -1).map(line => line.replace(/:.*/, ''))).toEqual(
    [
      '  Chromium (1 test in a.test.ts)', '  debian-packages', '  docker', '  dynamodb-local', '  localstack',
      '  ministack and least-privilege', '  templates',
    ],
  );
  expect(lines.slice(start + 1, -1).filter(line => !/: (.*\b)?(install|name)\b/.test(line))).toEqual([]);
  expect(lines.at(-1)).toMatch(/^\d+ passed, 0 failed$/);
});

test.each([
  [
    'one that is named', { LOCALSTACK_ENDPOINT: 'http://127.0.0.1:4999' },
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:4999' },
  ],
  ['one that a command starts', { LOCALSTACK_COMMAND: './start-it' }, { EMULATOR_COMMAND: './start-it' }],
])('uses a LocalStack: %s', (_name, env, expected) => {
  const { lines, calls } = run(env);
  expect(calls.filter(({ EMULATOR }) => EMULATOR === 'localstack')).toEqual([
    { args: 'run --silent integ:local', EMULATOR: 'localstack', ...expected },
  ]);
  expect(lines.filter(line => line.startsWith('  localstack'))).toEqual([]);
});

test('uses the LocalStack that is installed, if Docker runs', () => {
  addCommand('bin/localstack', '#!/bin/sh\n');
  expect(run().lines.filter(line => line.startsWith('  localstack'))).toHaveLength(1);
  addCommand('bin/docker', '#!/bin/sh\n');
  expect(run().calls.filter(({ EMULATOR }) => EMULATOR === 'localstack').map(call => call.EMULATOR_COMMAND)).toEqual([
    'localstack start --no-banner',
  ]);
});

test('uses the script beside the checkout', () => {
  addCommand('shared/localstack/run', '#!/bin/sh\n');
  expect(run().calls.filter(({ EMULATOR }) => EMULATOR === 'localstack').map(call => call.EMULATOR_COMMAND)).toEqual([
    '../shared/localstack/run',
  ]);
});
