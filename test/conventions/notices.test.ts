import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { unzipSync } from 'fflate';
import { ROOT } from './compiled';
import { NOTICES, packageFolders } from '../../projenrc/bundle-notices';
import { assetScripts, COMMAND } from '../../projenrc/scripts';

jest.setTimeout(120_000);

const ASSETS = join(ROOT, 'assets');
const ZIPS = ['arm64', 'x86_64'];
/** The path of each published script, and its build options. */
const SCRIPTS = [
  ...assetScripts().map(script => ({ ...script, file: join('assets', script.outfile) })),
  { ...COMMAND, file: join('bin', COMMAND.outfile) },
];

const metafiles = new Map<string, Metafile>();
beforeAll(async () => {
  await Promise.all(SCRIPTS.map(async ({ options, file }) => {
    metafiles.set(file, (await build({ ...options, outfile: 'out.js', write: false, metafile: true })).metafile);
  }));
});

/** Name and version of all packages with a file in a script. */
function listPackages(file: string): string[] {
  return packageFolders([metafiles.get(file)!]).map(folder => {
    const { name, version } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as {
      name: string;
      version: string;
    };
    return `${name} ${version}`;
  });
}

const RULE = '-'.repeat(80);

/** The licence text of each named package. */
function readNotices(text: string): Map<string, string> {
  const parts = text.split(`${RULE}\n`);
  const pairs = parts.flatMap(
    (names, i) => i % 2 === 0 ? names.trim().split('\n').map(name => [name, (parts[i + 1] ?? '').trim()] as const) : [],
  );
  return new Map(pairs);
}

/**
 * Lists packages without a notice or with a notice that is not a licence. Each licence in use grants a permission and
 * disclaims warranty or liability.
 */
function findMissing(packages: readonly string[], text: string): string[] {
  const given = readNotices(text);
  return packages.filter(name => !/permi[st]/i.test(given.get(name) ?? '') || !/warrant|liab/i.test(given.get(name)!));
}

test('all scripts that ship are known here, whatever handler comes', () => {
  const shipped = ['assets', 'bin'].flatMap(folder => (
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.js')).map(
      name => join(folder, name),
    )));
  // The edge functions are single files of ours.
  expect(shipped.filter(file => dirname(file) !== join('assets', 'edge')).sort()).toEqual(
    SCRIPTS.map(({ file }) => file).sort(),
  );
});

test.each(SCRIPTS.map(({ file }) => file))('%s has the licence of each package in it beside it', file => {
  const packages = listPackages(file);
  if (packages.length === 0) return;
  expect(findMissing(packages, readFileSync(join(ROOT, dirname(file), NOTICES), 'utf8'))).toEqual([]);
});

test('those with most packages have many, so that the lists are not empty by mistake', () => {
  for (const name of ['api', 'sweeper', 'worker', 'operator']) {
    expect(listPackages(join('assets', name, 'index.js')).length).toBeGreaterThan(10);
  }
  expect(listPackages(join('bin', COMMAND.outfile))).toContainEqual(expect.stringMatching(/^@aws-sdk\/client-lambda /));
});

describe.each(ZIPS)('the zip file for %s', architecture => {
  const files = unzipSync(readFileSync(join(ASSETS, `worker-${architecture}.zip`)));
  const text = Buffer.from(files[NOTICES]).toString();
  const manifests = Object.keys(files).filter(name => /^node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(name));
  const apart = manifests.map(
    name => JSON.parse(Buffer.from(files[name]).toString()) as { name: string; version: string },
  );

  test('has the licence of each package in its scripts and beside them', () => {
    const scripts = ['worker', 'transform'].flatMap(
      name => [join('assets', name, 'index.js'), join('assets', name, 'decoder.js')],
    );
    const packages = [...scripts.flatMap(listPackages), ...apart.map(({ name, version }) => `${name} ${version}`)];
    expect(apart.map(({ name }) => name).sort()).toEqual([
      expect.stringMatching(/^@img\/sharp-libvips-/), expect.stringMatching(/^@img\/sharp-linux-/), 'libheif-js',
    ]);
    expect(findMissing(packages, text)).toEqual([]);
  });

  test('names the parts of libvips, their licences and versions', () => {
    const [name] = Object.keys(files).filter(file => file.endsWith('/versions.json'));
    const versions = Object.entries(JSON.parse(Buffer.from(files[name]).toString()) as Record<string, string>);
    const libvips = apart.find(found => found.name.includes('libvips'))!;
    const notice = readNotices(text).get(`${libvips.name} ${libvips.version}`)!;
    expect(versions.length).toBeGreaterThan(20);
    for (const [part, version] of versions) expect(notice).toContain(`${part} ${version}`);
    for (const licence of [
      'aom .*BSD 2-Clause', 'cairo .*Mozilla Public License', 'libvips .*LGPLv3', 'mozjpeg .*IJG License',
      'libwebp .*New BSD',
    ]) {
      expect(notice).toMatch(new RegExp(licence));
    }
    for (const licence of ['GNU LESSER GENERAL PUBLIC LICENSE', 'GNU GENERAL PUBLIC LICENSE']) {
      expect(notice).toContain(licence);
    }
  });
});

test('is the same whoever builds it: no folder of this machine is in a notice', () => {
  const places = [...SCRIPTS.map(({ file }) => join(ROOT, dirname(file), NOTICES))].filter(file => existsSync(file));
  for (const place of places) expect(readFileSync(place, 'utf8')).not.toContain(ROOT);
});
