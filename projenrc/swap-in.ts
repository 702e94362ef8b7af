import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';

type Rename = (from: string, to: string) => void;

/** Puts a folder that is complete in another's place, so that a failed build never leaves half a folder behind. */
export function swapIn(built: string, target: string, rename: Rename = renameSync): void {
  const previous = `${built}-previous`;
  if (existsSync(target)) move(target, previous, rename);
  move(built, target, rename);
  rmSync(previous, { recursive: true, force: true });
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
