import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './bundles';
import { findMissingPhoto } from './pictures/photos';
import { bundleHandlers } from '../../local/bundle';
import { REQUIREMENTS } from '../../test/support/requirements';

/** A tool or an input of a benchmark that a fresh clone does not have. */
export type Need = 'handlers' | 'worker zip files' | 'compiled construct' | 'photographs' | 'Python';

/** The machine lacks a need that the project cannot build. The benchmark is skipped; this is not a failure. */
export class CannotRun extends Error {}

const PROVIDE: Record<Need, () => Promise<void> | void> = {
  'handlers': async () => bundleHandlers(),
  'worker zip files': async () => bundleHandlers({ zips: true }),
  'compiled construct': compile,
  'photographs': demandPhotos,
  'Python': demandPython,
};

/** Builds the needs that can be built; checks the others first, since a build takes a minute. */
export async function provide(needs: readonly Need[]): Promise<void> {
  const isDemand = (need: Need): boolean => need === 'photographs' || need === 'Python';
  for (const need of [...needs.filter(isDemand), ...needs.filter(other => !isDemand(other))]) await PROVIDE[need]();
}

function demandPhotos(): void {
  const missing = findMissingPhoto();
  if (missing) {
    throw new CannotRun(
      `it needs four real photographs, got: no file ${missing}; name a folder that has files/ with them in CORPUS`,
    );
  }
}

function demandPython(): void {
  const { name, isMet, enable } = REQUIREMENTS.python;
  if (!isMet) throw new CannotRun(`it needs ${name}, got: none found; ${enable}`);
}

/** jsii writes lib/. */
async function compile(): Promise<void> {
  const compiled = join(ROOT, 'lib', 'index.js');
  if (existsSync(compiled) && statSync(compiled).mtimeMs > readNewestChange(join(ROOT, 'src'))) return;
  const jsii = join(ROOT, 'node_modules', 'jsii', 'bin', 'jsii');
  await promisify(execFile)(process.execPath, [jsii, '--silence-warnings=reserved-word'], { cwd: ROOT })
    .catch((error: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`the construct must compile, got: ${error.stdout}${error.stderr}`);
    });
}

function readNewestChange(folder: string): number {
  return Math.max(
    ...readdirSync(folder, { recursive: true }).map(name => statSync(join(folder, String(name))).mtimeMs),
  );
}
