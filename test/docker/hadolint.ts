import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonTool } from '../python-tools';

/** Runs hadolint on Dockerfiles. It must report one with faults, or its silence would mean nothing. */
export async function lint(files: readonly string[], folder: string, announce: (text: string) => void): Promise<void> {
  const hadolint = join(await pythonTool('hadolint', announce), 'hadolint');
  const objections = async (paths: readonly string[]): Promise<string> =>
    promisify(execFile)(hadolint, ['--no-color', '--failure-threshold', 'style', ...paths])
      .then(() => '', ({ stdout, message }: Error & { stdout?: string }) => stdout || message);
  const bad = join(folder, 'Dockerfile.bad');
  await writeFile(bad, 'FROM node\nRUN apt-get install curl\n');
  if (!/DL3006[^]*DL3008/.test(await objections([bad]))) {
    throw new Error('hadolint should object to an image without a version and a package without one');
  }
  const found = await objections(files);
  if (found !== '') throw new Error(found);
}
