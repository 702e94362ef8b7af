import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Lambda's names of processors, and npm's. */
export const ARCHITECTURES = { arm64: 'arm64', x86_64: 'x64' } as const;
export type Architecture = keyof typeof ARCHITECTURES;

const MANIFEST = join(__dirname, 'worker-packages');
const FILES = ['package.json', 'package-lock.json'];

export function hashOf(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex').slice(0, 16);
}

/** The folder `node_modules` that the worker needs on Lambda, whatever this machine is: what is locked, and nothing else. */
export function workerPackages(architecture: Architecture): string {
  const folder = folderOf(architecture);
  if (!existsSync(folder)) install(ARCHITECTURES[architecture], folder);
  return join(folder, 'node_modules');
}

export function havePackages(architecture: Architecture): boolean {
  return existsSync(folderOf(architecture));
}

/** Fetched once, and the same ever after. */
function folderOf(architecture: Architecture): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const hash = hashOf(...FILES.map(file => readFileSync(join(MANIFEST, file))));
  return join(cache, 'cdk-image-service', `worker-packages-${architecture}-${hash}`);
}

/** Beside its place and then moved there, so that half an installation is never taken for a whole one. */
function install(cpu: string, folder: string): void {
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}-`);
  try {
    for (const file of FILES) cpSync(join(MANIFEST, file), join(unfinished, file));
    const platform = ['--os=linux', `--cpu=${cpu}`, '--libc=glibc'];
    execFileSync('npm', ['ci', ...platform, '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: unfinished, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', shell: process.platform === 'win32',
    });
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another build may have been faster.
    if (!existsSync(folder)) throw new Error(`the worker's packages for ${cpu} could not be installed: ${(error as { stderr?: string }).stderr ?? error}`);
  }
}
