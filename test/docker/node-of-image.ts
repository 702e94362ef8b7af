import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../../integ/emulators/processes';

/** The folder with the Node of exactly this version, such as 24.21.0. npm has the binaries that base images use. */
export async function fetchNode(version: string, write: (text: string | Uint8Array) => void): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cdk-image-service', `${name}-${version}`,
  );
  const binary = join(folder, 'node_modules', name, 'bin', 'node');
  const complete = join(folder, 'complete');
  if (!existsSync(complete)) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await run(
      'npm',
      ['install', '--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`],
      { cwd: folder },
      write,
    );
    await writeFile(complete, '');
  }
  return dirname(binary);
}
