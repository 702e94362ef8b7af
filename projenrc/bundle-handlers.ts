import { mkdirSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { swapIn } from './swap-in';

const ROOT = join(__dirname, '..');
const ASSETS = join(ROOT, 'assets');
const DOOR_SUFFIX = '.lambda.ts';

/** Every door becomes `assets/<name>/index.js`. */
async function bundleDoor(door: string, outdir: string): Promise<void> {
  await build({
    entryPoints: [join(ROOT, 'lambda', door)],
    outfile: join(outdir, basename(door, DOOR_SUFFIX), 'index.js'),
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
  });
}

function sizes(): string {
  return readdirSync(ASSETS)
    .map(name => `${name} ${(statSync(join(ASSETS, name, 'index.js')).size / 1000).toFixed(0)} KB`)
    .join(', ');
}

async function main(): Promise<void> {
  const doors = readdirSync(join(ROOT, 'lambda')).filter(file => file.endsWith(DOOR_SUFFIX));
  mkdirSync(join(ROOT, 'tmp'), { recursive: true });
  const built = mkdtempSync(join(ROOT, 'tmp', 'assets-'));
  await Promise.all(doors.map(door => bundleDoor(door, built)));
  swapIn(built, ASSETS);
  console.log(`bundled ${sizes()}`);
}

main().catch(error => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
