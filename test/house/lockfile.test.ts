import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Locked {
  readonly resolved?: string;
  readonly optionalDependencies?: Record<string, string>;
}

const LOCK = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> };

/** Node's own search: beside the package, then beside each package around it. */
function isLocked(from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (`${folder ? `${folder}/` : ''}node_modules/${name}` in LOCK.packages) return true;
    if (folder === '') return false;
    if (!folder.includes('/node_modules/')) return `node_modules/${name}` in LOCK.packages;
  }
}

describe('package-lock.json', () => {
  test('locks every optional dependency: `npm ci` of npm 11 refuses to install otherwise', () => {
    const missing = Object.entries(LOCK.packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(name => !isLocked(path, name)).map(name => `${path} → ${name}`));
    expect(missing).toEqual([]);
  });

  test('names no host to download from', () => {
    expect(Object.values(LOCK.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });
});
