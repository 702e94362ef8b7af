import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';

/**
 * Unpacks outside the repository: inside it Node would search upwards and find the repository's sharp, for another
 * processor.
 */
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

/** Runs a built worker on one batch, in a process with only the given environment, and returns its log. */
export async function processUploads(
  folder: string, node: string, env: Record<string, string>, objectKeys: readonly string[],
): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(node, ['-e', INVOKE, JSON.stringify(objectKeys)], {
    cwd: folder,
    env: { HOME: folder, ...env },
  });
  return stdout + stderr;
}
