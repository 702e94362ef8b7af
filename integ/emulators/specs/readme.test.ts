import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deployed } from '../deployment';

const ROOT = join(__dirname, '..', '..', '..');
const { endpoint } = deployed();

test('what the README does on an emulator works as written', async () => {
  const [, section] = /\n## On an emulator\n([\s\S]*?)\n## /.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
  const [, script] = /```bash\n([\s\S]*?)```/.exec(section) ?? [];
  expect(script).toContain('cdklocal deploy');
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script.replaceAll('http://127.0.0.1:4566', endpoint)], { cwd: ROOT, timeout: 170_000 });
  expect(stdout).toContain('{"images":[],"next_cursor":null}');
}, 180_000);
