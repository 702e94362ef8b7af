import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';

/** The client in Lambda's Node.js 24 runtime: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client */
const NAME = 'aws-lambda-ric';
const VERSION = '4.0.2';
const SHA512 = 'FE5Vskx7mYNnqAnWWJXUOsLp2VGgdsJsCoRLFTa8L4Yk0QVtArqR8q58yPA++QC1a73ZWJXBQ2AH31nIAv7NOQ==';

/**
 * The script of AWS's runtime interface client, with our stand-in for its native part (`native-client.ts`). It is no
 * devDependency, since npm would compile curl at each installation; its package is fetched once, into the user's cache.
 */
export function runtimeClient(folder: string): string {
  const script = join(folder, 'index.mjs');
  mkdirSync(folder, { recursive: true });
  execFileSync('cp', [join(packageFolder(), 'index.mjs'), script]);
  // The client requires `./rapid-client.node`, which Node resolves to a folder as well.
  buildSync({
    entryPoints: [join(__dirname, 'native-client.ts')],
    outfile: join(folder, 'rapid-client.node', 'index.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
  });
  return script;
}

function packageFolder(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(cache, 'cdk-image-service', `${NAME}-${VERSION}`);
  if (!existsSync(folder)) install(folder);
  return folder;
}

/** Installs beside the target and then moves, so that a partial installation is never used. */
function install(folder: string): void {
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}-`);
  try {
    execFileSync('npm', ['pack', '--silent', '--pack-destination', unfinished, `${NAME}@${VERSION}`], {
      cwd: unfinished,
      stdio: 'pipe',
    });
    const tarball = join(unfinished, `${NAME}-${VERSION}.tgz`);
    const found = createHash('sha512').update(readFileSync(tarball)).digest('base64');
    if (found !== SHA512) throw new Error(`the SHA-512 of ${NAME} ${VERSION} must be ${SHA512}, got: ${found}`);
    execFileSync('tar', ['xzf', tarball, '-C', unfinished], { stdio: 'pipe' });
    renameSync(join(unfinished, 'package'), folder);
  } catch (error) {
    // Another test may have been faster.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
