import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';

/** Outside the repository: inside it Node would find our own sharp by walking up, of whatever processor. */
export function unpackAway(zip: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'worker-'));
  for (const [name, bytes] of Object.entries(unzipSync(zip))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return folder;
}

const INVOKE = `
  const { handler } = require('./index.js');
  const [keys] = process.argv.slice(1);
  const Records = JSON.parse(keys).map((object_key, i) => (
    { messageId: String(i), body: JSON.stringify({ object_key }), attributes: { ApproximateReceiveCount: '1' } }));
  handler({ Records }, { getRemainingTimeInMillis: () => 300_000 }).then(answer => require('node:fs').writeFileSync('answer.json', JSON.stringify(answer)));
`;

/** Has a built worker work off one batch, in a process that finds nothing but what it is given, and tells what it has logged. */
export async function processUploads(folder: string, node: string, env: Record<string, string>, objectKeys: readonly string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(node, ['-e', INVOKE, JSON.stringify(objectKeys)], { cwd: folder, env: { HOME: folder, ...env } });
  return stdout + stderr;
}
