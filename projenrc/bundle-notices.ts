import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
  readonly folder: string;
}

/** The notice file's name in each folder with scripts. */
export const NOTICES = 'THIRD-PARTY-NOTICES.txt';

const RULE = '-'.repeat(80);
/** Standard texts by their SPDX ids. */
const TEXTS = join(dirname(require.resolve('projen/package.json')), 'license-text');

/**
 * The licences of all packages in these bundles, each text once. Their terms require everyone who passes on the bundles
 * to pass on these texts. `apart`: folders of packages beside the bundles.
 */
export function notices(metafiles: readonly Metafile[], root: string, apart: readonly string[]): string {
  const folders = [...new Set([...packageFolders(metafiles).map(folder => join(root, folder)), ...apart])];
  const byText = new Map<string, string[]>();
  const order = ({ name, version }: Package) => `${name} ${version}`;
  for (const found of folders.map(describe).sort((a, b) => order(a) < order(b) ? -1 : 1)) {
    const text = licenseText(found);
    const names = byText.get(text) ?? [];
    byText.set(text, names.includes(order(found)) ? names : [...names, order(found)]);
  }
  return [...byText].map(([text, names]) => `${names.join('\n')}\n${RULE}\n${text}\n`).join(`\n${RULE}\n`);
}

/** Returns the folders of all packages with a file in these bundles; esbuild names the files. */
export function packageFolders(metafiles: readonly Metafile[]): string[] {
  const inputs = metafiles.flatMap(metafile => Object.keys(metafile.inputs));
  return [...new Set(inputs.flatMap(input => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []))];
}

function describe(folder: string): Package {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package;
  return { name, version, license, author, folder };
}

/** The notices for the package's parts, then its own licence texts, or else the standard text of its licence. */
function licenseText(found: Package): string {
  const files = readdirSync(found.folder).filter(file => /^(licen[cs]e|notice|copying|third-party)/i.test(file)).sort();
  const texts = files.length > 0 ? files.map(file => readText(join(found.folder, file))) : [standardText(found)];
  return [...listParts(found), ...withGpl(texts)].join('\n\n');
}

/** The Lesser GPL 3 is the GPL 3 with more permissions, and is given with it (LGPL 3, section 4 b). */
function withGpl(texts: readonly string[]): readonly string[] {
  const has = (title: RegExp) => texts.some(text => title.test(text));
  const isAlone = has(/^\s*GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3/m)
    && !has(/^\s*GNU GENERAL PUBLIC LICENSE\s+Version 3/m);
  return isAlone ? [...texts, readText(join(TEXTS, 'GPL-3.0-or-later.txt'))] : texts;
}

/**
 * Notices for native libraries in one file: `sharp-libvips` lists them with licences and versions in its README and
 * `versions.json`.
 */
function listParts({ folder }: Package): string[] {
  const file = join(folder, 'versions.json');
  if (!existsSync(file)) return [];
  const versions = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>);
  const section = /^## Licen[cs]ing\n([^]*)/m.exec(readText(join(folder, 'README.md')))?.[1].split(/^## /m)[0];
  if (section === undefined) throw new Error(`${folder} has parts, and its README does not name their licences`);
  return [section.trim(), `Versions: ${versions.map(([name, version]) => `${name} ${version}`).join(', ')}`];
}

function standardText({ name, license = 'none', author }: Package): string {
  const file = join(TEXTS, `${license}.txt`);
  if (!existsSync(file)) {
    throw new Error(`${name} has no licence text, and there is no standard one for its licence: ${license}`);
  }
  const owner = (typeof author === 'string' ? author.replace(/ [<(].*/, '') : author?.name) ?? `the authors of ${name}`;
  return readText(file).replace('$copyright_period $copyright_owner', owner);
}

function readText(file: string): string {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim();
}
