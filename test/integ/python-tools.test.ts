import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '..', '..');
const SCRIPT = "require('./test/python-tools').pythonTool('ministack').then(console.log, error => { console.error(error.message); process.exit(1); })";

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'python-tools-')); });
afterEach(() => rmSync(folder, { recursive: true }));

/** Uses an empty cache, so that nothing is installed already. Only the commands in `folder` are on its path. */
async function attempt(): Promise<string> {
  const env = { ...process.env, PATH: folder, PYTHON: '', XDG_CACHE_HOME: join(folder, 'cache') };
  return promisify(execFile)(process.execPath, ['--import', 'tsx', '--eval', SCRIPT], { cwd: ROOT, env }).then(
    ({ stdout }) => stdout, (error: { stderr: string }) => error.stderr,
  );
}

test('without Python it says what is needed', async () => {
  expect(await attempt()).toContain(
    'ministack needs Python 3.10 or newer, found: no Python; install one, or name it in PYTHON',
  );
});

test('with one that is too old it says which it found', async () => {
  const python = join(folder, 'python3');
  writeFileSync(python, '#!/bin/sh\necho 3 9\n');
  chmodSync(python, 0o755);
  expect(await attempt()).toContain('found: python3 3.9;');
});

test('an environment whose Python is gone is made anew', async () => {
  const pins = readFileSync(join(ROOT, 'test', 'python-tools', 'ministack.txt'));
  const version = createHash('sha256').update(pins).digest('hex').slice(0, 12);
  const environment = join(folder, 'cache', 'cdk-image-service', `ministack-${version}`);
  mkdirSync(environment, { recursive: true });
  writeFileSync(join(environment, 'complete'), '');
  expect(await attempt()).toContain('ministack needs Python 3.10 or newer, found: no Python');
});
