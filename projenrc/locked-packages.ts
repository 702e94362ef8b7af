import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const FILES = ['package.json', 'package-lock.json'];

/** A folder with a manifest and a lock file of its own, and how npm installs it. */
export interface LockedPackages {
  /** Folder of `package.json` and `package-lock.json`. */
  readonly manifest: string;
  /** Name of the installed folder in the cache. */
  readonly name: string;
  /** Options of `npm ci`. */
  readonly options?: string[];
}

export function computeHash(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex').slice(0, 16);
}

/** Returns the installed `node_modules`. Installs once per lock file, in the user's cache. */
export function installLocked(packages: LockedPackages): string {
  const folder = locateFolder(packages);
  if (!existsSync(folder)) install(packages, folder);
  return join(folder, 'node_modules');
}

export function areInstalled(packages: LockedPackages): boolean {
  return existsSync(locateFolder(packages));
}

function locateFolder({ manifest, name }: LockedPackages): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const hash = computeHash(...FILES.map(file => readFileSync(join(manifest, file))));
  return join(cache, 'cdk-image-service', `${name}-${hash}`);
}

/**
 * Installs beside the final folder and moves the result there, so that half an installation is never taken for a whole
 * one.
 */
function install({ manifest, name, options = [] }: LockedPackages, folder: string): void {
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}-`);
  try {
    for (const file of FILES) cpSync(join(manifest, file), join(unfinished, file));
    execFileSync('npm', ['ci', ...options, '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: unfinished, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', shell: process.platform === 'win32',
    });
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process may have been faster.
    if (!existsSync(folder)) {
      throw new Error(
        `the packages of ${name} could not be installed: ${(error as { stderr?: string }).stderr ?? error}`,
      );
    }
  }
}
