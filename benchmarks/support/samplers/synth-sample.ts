import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';

/**
 * Runs in a fresh process: synthesizes the app in the file that the argument names, and prints the CPU time of the
 * whole process.
 */
function main(file: string): void {
  const outdir = mkdtempSync(join(tmpdir(), 'synth-'));
  const app = new App({ outdir });
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the sample is a CommonJS file, like a user's app
  const { build } = require(file) as { build: (stack: Stack) => void };
  build(new Stack(app, 'Quickstart'));
  app.synth();
  rmSync(outdir, { recursive: true });
  const { user, system } = process.cpuUsage();
  process.stderr.write(JSON.stringify({ micros: user + system }));
}

main(process.argv[2]);
