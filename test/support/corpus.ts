import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Real and hostile image files beside the checkout. Their licences vary, so they are used in place and never copied. */
const CORPUS = join(__dirname, '..', '..', '..', 'shared', 'corpus');

export interface CorpusFile {
  readonly name: string;
  readonly verdict: string;
  readonly kind: string;
  readonly bytes: () => Buffer;
}

/** A file that once came out wrong, or nothing where there is no corpus. Its README says how it has to look. */
export function readWrong(name: string): Buffer | undefined {
  const path = join(CORPUS, 'wrong', name);
  return existsSync(path) ? readFileSync(path) : undefined;
}

export function readCorpus(): CorpusFile[] {
  const manifest = join(CORPUS, 'manifest.tsv');
  if (!existsSync(manifest)) return [];
  return readFileSync(manifest, 'utf8').trim().split('\n').slice(1).map(line => {
    const [name, verdict, kind] = line.split('\t');
    return { name, verdict, kind, bytes: () => readFileSync(join(CORPUS, 'files', name)) };
  });
}
