import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { bombs } from './bombs';
import { goodFiles } from './good-files';
import { hostileFiles } from './hostile-files';

const CACHE = join(__dirname, '..', '..', '..', 'tmp', 'generated-corpus');

/** The name depends on the generator and the encoder: a new version makes other files. */
export function generatedFolder(): string {
  const sources = readdirSync(__dirname).sort().map(name => readFileSync(join(__dirname, name)));
  const hash = createHash('sha256').update(JSON.stringify(sharp.versions));
  for (const source of sources) hash.update(source);
  return join(CACHE, hash.digest('hex').slice(0, 12));
}

/** Writes the files once, in the layout of a corpus: `manifest.tsv`, `files/`, `bombs/`. */
export async function generateCorpus(): Promise<string> {
  const folder = generatedFolder();
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  for (const part of ['files', 'bombs']) mkdirSync(join(unfinished, part), { recursive: true });
  const made = [...await goodFiles(), ...await hostileFiles()];
  for (const { name, bytes } of made) writeFileSync(join(unfinished, 'files', name), bytes);
  for (const { name, bytes } of await bombs()) writeFileSync(join(unfinished, 'bombs', name), bytes);
  const lines = made.map(({ name, verdict, kind, bytes }) => [name, verdict, kind, bytes.length].join('\t'));
  writeFileSync(join(unfinished, 'manifest.tsv'), `${['file\tverdict\tkind\tbytes', ...lines].join('\n')}\n`);
  publish(unfinished, folder);
  return folder;
}

/** If another process was faster, its files are equal. */
function publish(unfinished: string, folder: string): void {
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
}
