import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

type Rename = (from: string, to: string) => void;

/**
 * Puts a folder that is complete in another's place, so that a failed build never leaves half a folder behind. One that is the same already
 * stays, as new as the build: others may be reading it.
 */
export function swapIn(built: string, target: string, rename: Rename = renameSync): void {
  if (existsSync(target) && isSame(built, target)) {
    for (const file of filesOf(target)) utimesSync(join(target, file), new Date(), new Date());
    rmSync(built, { recursive: true });
    return;
  }
  const previous = `${built}-previous`;
  if (existsSync(target)) move(target, previous, rename);
  move(built, target, rename);
  rmSync(previous, { recursive: true, force: true });
}

function isSame(one: string, other: string): boolean {
  const files = filesOf(one);
  return files.join('\n') === filesOf(other).join('\n') && files.every(file => readFileSync(join(one, file)).equals(readFileSync(join(other, file))));
}

function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' }).filter(entry => entry.isFile());
  return entries.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length)).sort();
}

/** In a container, a folder that came with the image cannot be renamed (overlayfs without redirect_dir answers EXDEV): it is copied. */
function move(from: string, to: string, rename: Rename): void {
  try {
    rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    cpSync(from, to, { recursive: true });
    rmSync(from, { recursive: true });
  }
}
