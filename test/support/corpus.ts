import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generateCorpus, generatedFolder } from './generated-corpus';

/** Real and hostile image files beside the checkout. Their licences vary, so they are used in place and never copied. */
const BESIDE = join(__dirname, '..', '..', '..', 'shared', 'corpus');

const { CORPUS } = process.env;

/** A folder of real files, or nothing: then generated files take their place. `CORPUS=generated` asks for those. */
const REAL = CORPUS === 'generated' ? undefined : CORPUS ? resolve(CORPUS) : existsSync(join(BESIDE, 'manifest.tsv')) ? BESIDE : undefined;

export const isCorpusReal = REAL !== undefined;

export const corpusFolder = REAL ?? generatedFolder();

/** Generates the files where no real ones are. jest does so before the first suite. */
export async function prepareCorpus(): Promise<string> {
  return REAL ?? generateCorpus();
}

/** The files in use, for people. */
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

/** A file that once came out wrong, or nothing where the corpus has none. Its README says how it has to look. */
export function readWrong(name: string): Buffer | undefined {
  const path = join(corpusFolder, 'wrong', name);
  return existsSync(path) ? readFileSync(path) : undefined;
}

/**
 * Verdicts of the manifest by two decoders that cannot read the container. Chromium 156 shows the sequence and the first of the two files in the
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
  return readFileSync(join(corpusFolder, 'manifest.tsv'), 'utf8').trim().split('\n').slice(1).map(line => {
    const [name, verdict, kind] = line.split('\t');
    return { name, verdict: CORRECTED[name] ?? verdict, kind, bytes: () => readFileSync(join(corpusFolder, 'files', name)) };
  });
}

/** Small files that are huge to a decoder. */
export function bombNames(): string[] {
  return readdirSync(join(corpusFolder, 'bombs')).sort();
}

export function readBomb(name: string): Buffer {
  return readFileSync(join(corpusFolder, 'bombs', name));
}
