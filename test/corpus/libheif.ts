import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { IMAGE_LIMITS } from '../../src/contract';

const run = promisify(execFile);
const TIMEOUT_MS = 60_000;

/**
 * Whether libheif decodes a file into an image within the limits. Runs in its own process, since a hostile file may
 * crash it.
 */
export async function libheifDecodes(bytes: Buffer): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'libheif-'));
  try {
    await writeFile(join(folder, 'image'), bytes);
    const { stdout } = await run(
      process.execPath,
      ['--import', 'tsx', join(__dirname, 'libheif.child.ts'), join(folder, 'image')],
      { timeout: TIMEOUT_MS },
    );
    if (!stdout.includes('width')) return false;
    const { width, height } = JSON.parse(stdout.trim().split('\n').pop()!) as { width: number; height: number };
    return width * height <= IMAGE_LIMITS.maxHeicPixels && Math.max(width, height) <= IMAGE_LIMITS.maxSide;
  } catch {
    return false;
  } finally {
    await rm(folder, { recursive: true });
  }
}
