import { statSync } from 'node:fs';
import { join } from 'node:path';
import { bundleScripts } from './bundle-scripts';
import { COMMAND, ROOT } from './scripts';

const FOLDER = join(ROOT, 'bin');

async function main(): Promise<void> {
  await bundleScripts([COMMAND], FOLDER);
  console.log(`bundled the command, ${(statSync(join(FOLDER, COMMAND.outfile)).size / 1000).toFixed(0)} KB`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
