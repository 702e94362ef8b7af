import { parseArgs } from 'node:util';
import { EXTENSIONS } from '../../src/contract';

export interface Options {
  /** Undefined generates images. */
  readonly folder?: string;
  /** Undefined tries the usual URL, and starts a temporary service if no service answers there. */
  readonly url?: string;
  /** Undefined takes all images of the folder. */
  readonly count?: number;
  readonly user: string;
  readonly concurrency: number;
  readonly keep: boolean;
  /** File of the contact sheet. */
  readonly sheet: string;
  readonly help: boolean;
}

/** Number of images that the demo generates by default. */
export const DEFAULT_COUNT = 200;

/** Below `tmp`, which Git ignores. */
const SHEET = 'tmp/demo/contact-sheet.png';

export const HELP = `Uploads images through the public API, waits for their variants, then tags, lists and downloads them.
Compares every byte and draws a contact sheet of originals and variants.

Usage: npm run demo -- [folder] [options]

  folder                  folder of images to upload, with its subfolders: ${Object.values(EXTENSIONS).join(', ')}
                          (default: generates images)
  --url <url>             URL of the service (default http://localhost:8080, or a temporary service if no service answers there)
  --count <number>        number of images to generate (default ${DEFAULT_COUNT}), or at most to take from the folder (default all)
  --user <id>             owner of the images (default demo)
  --concurrency <number>  concurrent requests (default 8)
  --keep                  keeps the images, except one that is deleted as an example; a temporary service then runs until Ctrl-C,
                          so that the signed URLs open in a browser. Without it, all images are deleted at the end
  --sheet <file>          file of the contact sheet (default ${SHEET})
  --help                  show this help
`;

/** Reads the command line. An error names the option, the rule and the value. */
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
  if (positionals.length > 1) throw new Error(`at most one folder must be given, got: ${positionals.join(' ')}`);
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

/** Without the final slash, since paths are appended. */
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
