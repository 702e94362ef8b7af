import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Locked {
  readonly resolved?: string;
  readonly optionalDependencies?: Record<string, string>;
}

type Packages = Record<string, Locked>;

function readPackages(folder: string): Packages {
  return (JSON.parse(readFileSync(join(__dirname, '..', '..', folder, 'package-lock.json'), 'utf8')) as {
    packages: Packages;
  }).packages;
}

/** Searches as Node does: beside the package, then beside each package around it. */
function isLocked(packages: Packages, from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (`${folder ? `${folder}/` : ''}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
    if (!folder.includes('/node_modules/')) return `node_modules/${name}` in packages;
  }
}

describe.each(['.', 'projenrc/worker-packages', 'projenrc/newest-cdk'])('package-lock.json in %s', folder => {
  const packages = readPackages(folder);

  test('locks every optional dependency: `npm ci` of npm 11 refuses to install otherwise', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(name => !isLocked(packages, path, name)).map(
        name => `${path} → ${name}`,
      ));
    expect(missing).toEqual([]);
  });

  test('names no host to download from', () => {
    expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });
});
