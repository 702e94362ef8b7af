import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly folder: string;
}

const RULE = '-'.repeat(80);

/** What whoever passes the bundles on has to pass on with them: the licences of all packages in them, each text once. */
export function notices(metafiles: readonly Metafile[], root: string, apart: readonly string[]): string {
  const inside = metafiles.flatMap(({ inputs }) => Object.keys(inputs)).flatMap(input => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []);
  const folders = [...new Set([...inside.map(folder => join(root, folder)), ...apart])];
  const byText = new Map<string, string[]>();
  for (const found of folders.map(describe).sort((a, b) => a.name < b.name ? -1 : 1)) {
    const text = licenseText(found);
    const names = byText.get(text) ?? [];
    const name = `${found.name} ${found.version}`;
    byText.set(text, names.includes(name) ? names : [...names, name]);
  }
  return [...byText].map(([text, names]) => `${names.join('\n')}\n${RULE}\n${text}\n`).join(`\n${RULE}\n`);
}

function describe(folder: string): Package {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package;
  return { name, version, license, folder };
}

/** Packages without a text of their own say only which of the known ones it is. */
function licenseText({ folder, license }: Package): string {
  const files = existsSync(folder) ? readdirSync(folder).filter(file => /^(licen[cs]e|notice|copying)/i.test(file)).sort() : [];
  const texts = files.map(file => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
  return texts.length > 0 ? texts.join('\n\n') : `Licence: ${license ?? 'see the package'}`;
}
