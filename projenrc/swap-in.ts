import {
  copyFileSync, cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync,
} from 'node:fs';
import { join } from 'node:path';

type Rename = (from: string, to: string) => void;

export interface SwapOptions {
  readonly rename?: Rename;
  /** Files of the target that stay, with their times, unless the build made them. */
  readonly keep?: readonly string[];
}

/**
 * Replaces a folder with a complete new one, so that a failed build never leaves half a folder behind. If both are
 * equal, the old folder stays and gets the build's time: other processes may be reading it.
 */
export function swapFolder(built: string, target: string, { rename = renameSync, keep = [] }: SwapOptions = {}): void {
  const kept = keep.filter(file => keepFile(file, built, target));
  if (existsSync(target) && isSame(built, target)) {
    const rebuilt = listFiles(target).map(file => join(target, file)).filter(
      path => !kept.some(file => path === join(target, file)),
    );
    for (const path of rebuilt) utimesSync(path, new Date(), new Date());
    rmSync(built, { recursive: true });
    return;
  }
  const previous = `${built}-previous`;
  if (existsSync(target)) move(target, previous, rename);
  move(built, target, rename);
  rmSync(previous, { recursive: true, force: true });
}

/** An old time marks the file as possibly stale (local/bundle.ts). */
function keepFile(file: string, built: string, target: string): boolean {
  const from = statSync(join(target, file), { throwIfNoEntry: false });
  const to = join(built, file);
  if (from === undefined || existsSync(to)) return false;
  copyFileSync(join(target, file), to);
  utimesSync(to, from.atime, from.mtime);
  return true;
}

function isSame(one: string, other: string): boolean {
  const files = listFiles(one);
  return files.join('\n') === listFiles(other).join('\n')
    && files.every(file => readFileSync(join(one, file)).equals(readFileSync(join(other, file))));
}

function listFiles(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' }).filter(
    entry => entry.isFile(),
  );
  return entries.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length)).sort();
}

/**
 * In a container, a folder of the image cannot be renamed (overlayfs without redirect_dir returns EXDEV), so it is
 * copied.
 */
function move(from: string, to: string, rename: Rename): void {
  try {
    rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    cpSync(from, to, { recursive: true, preserveTimestamps: true });
    rmSync(from, { recursive: true });
  }
}
