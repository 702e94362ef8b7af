import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generateCorpus, generatedFolder } from './generated-corpus';

/**
 * Real and hostile image files beside the checkout. Their licences vary, so tests use them in place and never copy
 * them.
 */
const BESIDE = join(__dirname, '..', '..', '..', 'shared', 'corpus');

const { CORPUS } = process.env;

/** A folder of real files; if undefined, generated files replace them. `CORPUS=generated` forces those. */
const REAL = CORPUS === 'generated'
  ? undefined
  : CORPUS ? resolve(CORPUS)
    : existsSync(join(BESIDE, 'manifest.tsv')) ? BESIDE
      : undefined;

export const isCorpusReal = REAL !== undefined;

export const corpusFolder = REAL ?? generatedFolder();

/** Generates the files if there are no real ones. jest calls this before the first suite. */
export async function prepareCorpus(): Promise<string> {
  return REAL ?? generateCorpus();
}

/** Describes the files in use, for people. */
export function describeCorpus(): string {
  return isCorpusReal
    ? `the corpus in ${corpusFolder}`
    : `a generated corpus (${corpusFolder}); CORPUS=<folder> names another with manifest.tsv, files/ and bombs/ (CONTRIBUTING.md)`;
}

export interface CorpusFile {
  readonly name: string;
  readonly verdict: string;
  readonly kind: string;
  readonly bytes: () => Buffer;
}

/** A file that once decoded wrongly; undefined if the corpus lacks it. Its README describes the right result. */
export function readWrong(name: string): Buffer | undefined {
  const path = join(corpusFolder, 'wrong', name);
  return existsSync(path) ? readFileSync(path) : undefined;
}

/**
 * Corrects verdicts that two decoders gave without being able to read the container. Of the two files in the
 * low-overhead format, Chromium 156 shows the first and not the second. It also shows the sequence.
 */
const CORRECTED: Readonly<Record<string, string>> = {
  'f055ec59fa0fbb84.avif': 'must_accept',
  '47e8b1bbf0e48dc7.avif': 'must_accept',
  'ed2b412c6be96f03.avif': 'either',
};

/** Files that sharp, the reference for headers, cannot read. */
export const BEYOND_SHARP: ReadonlySet<string> = new Set(Object.keys(CORRECTED));

export function readCorpus(): CorpusFile[] {
  return readFileSync(join(corpusFolder, 'manifest.tsv'), 'utf8').trim().split('\n').slice(1).map(line => {
    const [name, verdict, kind] = line.split('\t');
    return {
      name,
      verdict: CORRECTED[name] ?? verdict,
      kind,
      bytes: () => readFileSync(join(corpusFolder, 'files', name)),
    };
  });
}

/** Small files that are huge once decoded. */
export function bombNames(): string[] {
  return readdirSync(join(corpusFolder, 'bombs')).sort();
}

export function readBomb(name: string): Buffer {
  return readFileSync(join(corpusFolder, 'bombs', name));
}
