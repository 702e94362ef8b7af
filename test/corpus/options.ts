import { parseArgs } from 'node:util';

export interface Options {
  /** Prefix of the verdict or of the name of a file. */
  readonly only?: string;
  readonly concurrency: number;
  readonly help: boolean;
}

export const HELP = `Sends every file of a corpus (files and bombs) through the whole local service, waits for each verdict, and compares it with the
expected one. The exit code is 1 where a goal is missed. The corpus is ../shared/corpus, beside the checkout. Without that folder,
real and hostile files are generated.

Usage: npm run corpus -- [options]

  --only <start>          only files whose verdict or name begins so, such as must_accept, heic or 0a78; bombs for the bombs
  --concurrency <number>  files under way at once, from 1 to 16 (default 4); bombs go one by one
  --help                  shows this

Environment:

  CORPUS                  another folder with manifest.tsv, files/ and bombs/, or: generated
`;

/** An error names the option, the rule and the value. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      concurrency: { type: 'string', default: '4' },
      help: { type: 'boolean', default: false },
    },
  });
  const concurrency = Number(values.concurrency);
  if (!/^\d+$/.test(values.concurrency) || concurrency < 1 || concurrency > 16) {
    throw new Error(`--concurrency must be a whole number from 1 to 16, got: ${values.concurrency}`);
  }
  return { only: values.only, concurrency, help: values.help };
}
