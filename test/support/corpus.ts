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

/**
 * Verdicts of the manifest that two decoders gave who cannot read the container. Chromium 156 shows the sequence and the first of the two files in the
 * low-overhead format, and not the second.
 */
const CORRECTED: Readonly<Record<string, string>> = {
  'f055ec59fa0fbb84.avif': 'must_accept',
  '47e8b1bbf0e48dc7.avif': 'must_accept',
  'ed2b412c6be96f03.avif': 'either',
};

/** Those that sharp, the referee of headers, cannot read. */
export const BEYOND_SHARP: ReadonlySet<string> = new Set(Object.keys(CORRECTED));

export function readCorpus(): CorpusFile[] {
  const manifest = join(CORPUS, 'manifest.tsv');
  if (!existsSync(manifest)) return [];
  return readFileSync(manifest, 'utf8').trim().split('\n').slice(1).map(line => {
    const [name, verdict, kind] = line.split('\t');
    return { name, verdict: CORRECTED[name] ?? verdict, kind, bytes: () => readFileSync(join(CORPUS, 'files', name)) };
  });
}
