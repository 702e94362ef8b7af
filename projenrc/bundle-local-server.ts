import { execFileSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { bundleScripts } from './bundle-scripts';
import { ROOT } from './scripts';

const TARGET = join(ROOT, 'tmp', 'local-server');
const MAIN = join('local', 'main.js');
const UNPACK = join(ROOT, 'assets', 'unpack.js');
/** This machine's processor, as builders of container images name it. */
const PROCESSOR = process.arch === 'x64' ? 'amd64' : process.arch;

const ABSENT = 'this build of the server has no storage of its own: set AWS_ENDPOINT_URL to the address of an emulator of AWS, such as http://localstack:4566';

/** This build runs beside an emulator, so it leaves the storage engines out. The server loads them only on demand. */
const withoutEngines: Plugin = {
  name: 'without-engines',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^\.\/backends\/(embedded|data-folder)$/ }, ({ path }) => ({ path, namespace: 'absent' }));
    onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: `throw new Error(${JSON.stringify(ABSENT)});` }));
  },
};

/**
 * Makes a folder that runs on any Node with this machine's processor: the server in one file, beside it the handlers as
 * on Lambda.
 */
async function main(): Promise<void> {
  rmSync(TARGET, { recursive: true, force: true });
  const options: BuildOptions = {
    entryPoints: [join(ROOT, 'local', 'main.ts')],
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    plugins: [withoutEngines],
    absWorkingDir: ROOT,
    logLevel: 'warning',
  };
  await bundleScripts([{ options, outfile: MAIN }], TARGET);
  execFileSync(process.execPath, [UNPACK, PROCESSOR, join(TARGET, 'assets')]);
  console.log(`bundled the local server, ${(statSync(join(TARGET, MAIN)).size / 1000).toFixed(0)} KB`);
}

main().catch(error => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
