import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { waitUntilReachable } from '../../../local/resources/reachable';
import { pythonTool } from '../../../test/python-tools';
import { freePort } from '../../../test/support/free-port';
import { readDeployment } from '../deployment';
import { buildBareEnvironment } from '../processes';

const ROOT = join(__dirname, '..', '..', '..');
const { endpoint } = readDeployment();

const [, SECTION] = /\n## By hand\n([\s\S]*)/.exec(readFileSync(join(ROOT, 'docs', 'emulators.md'), 'utf8')) ?? [];

function block(language: string): string {
  return new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(SECTION)![1];
}

test('the emulator starts as docs/emulators.md says', async () => {
  const port = await freePort();
  // The Python environment of the other tests, in which `pip` installed MiniStack.
  const PATH = [await pythonTool('ministack'), process.env.PATH].join(delimiter);
  const env = { ...buildBareEnvironment(), PATH, GATEWAY_PORT: `${port}` };
  const child = spawn('bash', ['-euo', 'pipefail', '-c', block('sh')], { env, stdio: 'ignore', detached: true });
  try {
    await waitUntilReachable(`http://127.0.0.1:${port}/_ministack/health`, 60_000);
    expect((await fetch(`http://127.0.0.1:${port}/_ministack/health`)).status).toBe(200);
  } finally {
    process.kill(-child.pid!, 'SIGKILL');
  }
}, 90_000);

test('the commands of docs/emulators.md work as written', async () => {
  const script = block('bash');
  expect(script).toContain('cdklocal deploy');
  const { stdout } = await promisify(execFile)(
    'bash',
    ['-euo', 'pipefail', '-c', script.replaceAll('http://127.0.0.1:4566', endpoint)],
    { cwd: ROOT, timeout: 170_000 },
  );
  expect(stdout).toContain('{"images":[],"next_cursor":null}');
}, 180_000);
