import { parseArgs } from 'node:util';
import { EXTENSIONS } from '../../src/contract';

export interface Options {
  /** Undefined makes images instead. */
  readonly folder?: string;
  /** Undefined tries the usual address, and starts a server of its own where none answers. */
  readonly url?: string;
  /** Undefined takes all images of the folder. */
  readonly count?: number;
  readonly user: string;
  readonly concurrency: number;
  readonly keep: boolean;
  /** Where the contact sheet goes. */
  readonly sheet: string;
  readonly help: boolean;
}

/** How many images the demo makes where nothing else is said. */
export const DEFAULT_COUNT = 200;

/** Beside what a build leaves, which no commit takes. */
const SHEET = 'tmp/demo/contact-sheet.png';

export const HELP = `Uploads a folder of images through the public API, waits for their variants, tags, lists and downloads all of them,
compares every byte, and draws a contact sheet of originals and variants.

Usage: npm run demo -- [folder] [options]

  folder                  images to upload, subfolders too: ${Object.values(EXTENSIONS).join(', ')} (default: ones it makes)
  --url <url>             the service (default http://localhost:8080, or a server of its own where none answers there)
  --count <number>        how many images to make, or at most to take from the folder (default ${DEFAULT_COUNT}, or all)
  --user <id>             the user they belong to (default demo)
  --concurrency <number>  requests at once (default 8)
  --keep                  leaves the images in the service, but for one that shows how to delete; a server of its own goes on until Ctrl-C, so that
                          the signed URLs open in a browser; without it, all images are deleted at the end
  --sheet <file>          where the contact sheet goes (default ${SHEET})
  --help                  shows this
`;

/** Reads the command line; an error names the option, the rule and what was given. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      url: { type: 'string' },
      count: { type: 'string' },
      user: { type: 'string', default: 'demo' },
      concurrency: { type: 'string', default: '8' },
      keep: { type: 'boolean', default: false },
      sheet: { type: 'string', default: SHEET },
      help: { type: 'boolean', default: false },
    },
  });
  if (positionals.length > 1) throw new Error(`one folder can be given, got: ${positionals.join(' ')}`);
  return {
    folder: positionals[0],
    url: values.url === undefined ? undefined : parseServiceUrl(values.url),
    count: values.count === undefined ? undefined : parseWholeNumber('count', values.count, 10_000),
    user: parseUserId(values.user),
    concurrency: parseWholeNumber('concurrency', values.concurrency, 64),
    keep: values.keep,
    sheet: parsePngFile(values.sheet),
    help: values.help,
  };
}

function parseWholeNumber(name: string, value: string, max: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= 1 && number <= max) return number;
  throw new Error(`--${name} must be a whole number from 1 to ${max}, got: ${value}`);
}

/** Paths are appended to it, so it ends without a slash. */
function parseServiceUrl(value: string): string {
  if (/^https?:\/\//.test(value) && URL.canParse(value)) return value.replace(/\/+$/, '');
  throw new Error(`--url must start with http:// or https://, got: ${value}`);
}

function parsePngFile(value: string): string {
  if (/.\.png$/i.test(value)) return value;
  throw new Error(`--sheet must name a file that ends in .png, got: ${value}`);
}

function parseUserId(value: string): string {
  if (/^[A-Za-z0-9._@|:+=-]{1,128}$/.test(value)) return value;
  throw new Error(`--user must be 1 to 128 letters, digits and ._@|:+=-, got: ${value}`);
}
