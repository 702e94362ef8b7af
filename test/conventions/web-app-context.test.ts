import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './compiled';

jest.setTimeout(60_000);

const FOLDER = join(ROOT, 'examples', 'web-app');
const RULE = '--context pageOrigin must be https://<host>, or http://localhost:<port>, without a path';

/** What the app writes to stderr. CDK passes the context of its command line in CDK_CONTEXT_JSON. */
function synthesize(pageOrigin: string): string {
  const { app } = JSON.parse(readFileSync(join(FOLDER, 'cdk.json'), 'utf8')) as { app: string };
  const [command, ...args] = app.split(' ');
  const outdir = mkdtempSync(join(tmpdir(), 'web-app-'));
  const env = { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify({ pageOrigin }) };
  try {
    const { status, stderr } = spawnSync(command, args, { cwd: FOLDER, encoding: 'utf8', env });
    return status === 0 ? '' : stderr;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

test.each(['http://app.example.com', 'app.example.com', 'https://app.example.com/'])('refuses the page origin %s', origin => {
  expect(synthesize(origin)).toContain(`${RULE}, got: ${origin}`);
});

test.each(['https://app.example.com', 'http://localhost:5173'])('takes the page origin %s', origin => {
  expect(synthesize(origin)).toBe('');
});
