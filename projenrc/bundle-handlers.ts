import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, type BuildOptions } from 'esbuild';
import { bundleEdge } from './bundle-edge';
import { type Architecture, ARCHITECTURES } from './bundle-packages';
import { bundleDecoder, zipWorker } from './bundle-worker';
import { swapIn } from './swap-in';

const ROOT = join(__dirname, '..');
const ASSETS = join(ROOT, 'assets');
const DOOR_SUFFIX = '.lambda.ts';

/** What decodes has native code: on Lambda both handlers are in what `zipWorker` makes, one for each processor. */
const [WORKER, TRANSFORM] = ['worker', 'transform'];

const OPTIONS: BuildOptions = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  // CommonJS starts faster on Lambda than ESM, and the module builds of the SDK tree-shake better
  // than its main builds; `npm run benchmark -- cold bundle` measures what comes of it.
  format: 'cjs',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  // A function's credentials are in its environment (lambda/aws/environment-credentials.ts). The SDK's search for others, in files,
  // web identities, single sign-on and containers, would make it about a seventh larger.
  alias: { '@aws-sdk/credential-provider-node': join(ROOT, 'lambda', 'aws', 'environment-credentials.ts') },
  absWorkingDir: ROOT,
  logLevel: 'warning',
};

function doorOf(name: string): string {
  return join(ROOT, 'lambda', `${name}${DOOR_SUFFIX}`);
}

/** Every door becomes `<folder>/<name>/index.js`. */
async function bundleDoor(name: string, folder: string): Promise<void> {
  await build({ ...OPTIONS, entryPoints: [doorOf(name)], outfile: join(folder, name, 'index.js') });
}

async function bundleZip(architecture: Architecture, folder: string, atAnyCost: boolean): Promise<void> {
  const doors = { index: doorOf(WORKER), transform: doorOf(TRANSFORM) };
  const bytes = await zipWorker(architecture, doors, OPTIONS, atAnyCost);
  if (bytes) writeFileSync(join(folder, `${WORKER}-${architecture}.zip`), bytes);
}

function sizes(): string {
  const files = readdirSync(ASSETS, { recursive: true, encoding: 'utf8' }).filter(name => /\.(js|zip)$/.test(name)).sort();
  return files.map(name => `${name} ${(statSync(join(ASSETS, name)).size / 1000).toFixed(0)} KB`).join(', ');
}

/** Waits for those that go on when one has failed, too: they would write into the folder that is being removed. */
async function all(steps: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(steps)).find(({ status }) => status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { 'no-zips': { type: 'boolean' } } });
  const doors = readdirSync(join(ROOT, 'lambda')).filter(file => file.endsWith(DOOR_SUFFIX)).map(file => basename(file, DOOR_SUFFIX));
  mkdirSync(join(ROOT, 'tmp'), { recursive: true });
  const built = mkdtempSync(join(ROOT, 'tmp', 'assets-'));
  try {
    await all([
      ...doors.map(name => bundleDoor(name, built)),
      ...[WORKER, TRANSFORM].map(name => bundleDecoder(join(built, name), OPTIONS)),
      bundleEdge(join(built, 'edge')),
      build({ ...OPTIONS, entryPoints: [join(__dirname, 'bundle-unpack.ts')], outfile: join(built, 'unpack.js') }),
      ...(Object.keys(ARCHITECTURES) as Architecture[]).map(architecture => bundleZip(architecture, built, !values['no-zips'])),
    ]);
    swapIn(built, ASSETS);
  } finally {
    rmSync(built, { recursive: true, force: true });
  }
  console.log(`bundled ${sizes()}`);
}

main().catch(error => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
