import { join } from 'node:path';
import { areInstalled, computeHash, installLocked, type LockedPackages } from './locked-packages';

/** Processor names: from Lambda's to npm's. */
export const ARCHITECTURES = { arm64: 'arm64', x86_64: 'x64' } as const;
export type Architecture = keyof typeof ARCHITECTURES;

export { computeHash as hashOf };

/**
 * The folder `node_modules` that the worker needs on Lambda, independent of this machine: exactly the locked packages.
 */
export function workerPackages(architecture: Architecture): string {
  return installLocked(listPackages(architecture));
}

export function havePackages(architecture: Architecture): boolean {
  return areInstalled(listPackages(architecture));
}

function listPackages(architecture: Architecture): LockedPackages {
  return {
    manifest: join(__dirname, 'worker-packages'),
    name: `worker-packages-${architecture}`,
    options: ['--os=linux', `--cpu=${ARCHITECTURES[architecture]}`, '--libc=glibc'],
  };
}
