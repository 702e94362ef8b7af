import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';

/** Processor names: from those of container image builders to Lambda's. */
const ARCHITECTURES: Readonly<Record<string, string>> = { amd64: 'x86_64', arm64: 'arm64' };

/** The worker's zip file contains both. */
const [WORKER, TRANSFORM] = ['worker', 'transform'];

/** Folder of the code that CloudFront runs. */
const EDGE = 'edge';

/**
 * Lays out all handlers for one processor: `node unpack.js <amd64|arm64> <folder>`. Dockerfile.lambda has no other tool
 * for it.
 */
function main([processor, folder]: string[]): void {
  const architecture = ARCHITECTURES[processor];
  if (!architecture || !folder) {
    throw new Error(
      `a processor, one of ${Object.keys(ARCHITECTURES).join(', ')}, and a folder are needed, got: ${[processor, folder].join(' ')}`,
    );
  }
  const folders = readdirSync(__dirname, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(
    ({ name }) => name,
  );
  const handlers = folders.filter(name => ![WORKER, TRANSFORM, EDGE].includes(name));
  for (const name of handlers) cpSync(join(__dirname, name), join(folder, name), { recursive: true });
  for (const [name, bytes] of Object.entries(
    unzipSync(readFileSync(join(__dirname, `${WORKER}-${architecture}.zip`))),
  )) {
    const path = join(folder, WORKER, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  mkdirSync(join(folder, TRANSFORM), { recursive: true });
  writeFileSync(join(folder, TRANSFORM, 'index.js'), `module.exports = require('../${WORKER}/${TRANSFORM}.js');\n`);
}

main(process.argv.slice(2));
