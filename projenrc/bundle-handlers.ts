import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { copyAv1Library } from './bundle-av1';
import { bundleEdge } from './bundle-edge';
import { type Architecture, ARCHITECTURES } from './bundle-packages';
import { all, bundleScripts } from './bundle-scripts';
import { zipWorker } from './bundle-worker';
import { writeClamdSandboxes, writeSandboxes } from './decoder-sandbox';
import { assetScripts, handlerFile, OPTIONS, ROOT, TRANSFORM, WORKER } from './scripts';
import { swapFolder } from './swap-in';

const ASSETS = join(ROOT, 'assets');

async function bundleZip(architecture: Architecture, folder: string, atAnyCost: boolean): Promise<void> {
  const handlers = { index: handlerFile(WORKER), transform: handlerFile(TRANSFORM) };
  const bytes = await zipWorker(architecture, handlers, OPTIONS, atAnyCost);
  if (bytes) writeFileSync(join(folder, zipName(architecture)), bytes);
}

function zipName(architecture: Architecture): string {
  return `${WORKER}-${architecture}.zip`;
}

function sizes(): string {
  const files = readdirSync(ASSETS, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(js|zip)$/.test(name))
    .sort();
  return files.map(name => `${name} ${(statSync(join(ASSETS, name)).size / 1000).toFixed(0)} KB`).join(', ');
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { 'no-zips': { type: 'boolean' } } });
  mkdirSync(join(ROOT, 'tmp'), { recursive: true });
  const architectures = Object.keys(ARCHITECTURES) as Architecture[];
  const built = mkdtempSync(join(ROOT, 'tmp', 'assets-'));
  try {
    await all([
      bundleScripts(assetScripts(), built),
      bundleEdge(join(built, 'edge')),
      ...architectures.map(architecture => bundleZip(architecture, built, !values['no-zips'])),
    ]);
    // Beside each decoder, and beside the code that starts clamd.
    for (const name of [WORKER, TRANSFORM]) {
      writeSandboxes(join(built, name));
      copyAv1Library(join(built, name));
    }
    writeClamdSandboxes(join(built, 'scan'));
    swapFolder(built, ASSETS, { keep: architectures.map(zipName) });
  } finally {
    rmSync(built, { recursive: true, force: true });
  }
  console.log(`bundled ${sizes()}`);
}

main().catch(error => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
