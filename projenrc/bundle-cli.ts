import { statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(__dirname, '..');
const TARGET = join(ROOT, 'bin', 'cdk-image-service.js');

/** The operator's command in one file: the package has no dependencies, so it brings its own. For the Node of whoever installs the package. */
async function main(): Promise<void> {
  await build({
    entryPoints: [join(ROOT, 'cli', 'main.ts')],
    outfile: TARGET,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    banner: { js: '#!/usr/bin/env node' },
    absWorkingDir: ROOT,
    logLevel: 'warning',
  });
  console.log(`bundled the command, ${(statSync(TARGET).size / 1000).toFixed(0)} KB`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
