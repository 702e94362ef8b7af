import { parseArgs } from 'node:util';
import { PRINCIPAL_NAME } from '../../src/contract';
import { DEVELOPMENT } from '../auth/token-settings';
import { LOCAL } from '../names';

export interface Options {
  readonly help: boolean;
  /** Undefined in a trusted token only. */
  readonly user?: string;
  readonly groups: readonly string[];
  readonly scopes: readonly string[];
  readonly client: string;
  readonly expiresInSeconds: number;
  readonly dataDir: string;
  /** Undefined takes the port of the last server with `--auth jwt` that used the folder. */
  readonly port?: number;
}

export const DEFAULT_PORT = 8080;

export const HELP = `Prints a token for the local server that runs with --auth jwt and its own issuer.

Usage: npm run --silent token -- --user alice [options]

  --user <id>          user that the token names. Required without --trusted
  --groups <names>     groups of the user, divided by commas; repeatable (default none)
  --scope <scope>      scope of the token; repeatable (default none)
  --client <id>        client that got the token (default ${DEVELOPMENT.CLIENT})
  --trusted            the same as --scope ${DEVELOPMENT.TRUSTED_SCOPE} --client ${DEVELOPMENT.TRUSTED_CLIENT}: the bearer names the user in headers
  --expires <time>     lifetime, such as 90s, 15m, 1h or 7d (default 1h)
  --data <folder>      data folder of the server, which holds the key (default ${LOCAL.DATA_FOLDER}). A missing key is created
  --port <number>      port of the server (default: as the server was last started with --auth jwt, else ${DEFAULT_PORT})
  --help               show this help
`;

const OPTIONS = {
  user: { type: 'string' },
  groups: { type: 'string', multiple: true, default: [] as string[] },
  scope: { type: 'string', multiple: true, default: [] as string[] },
  client: { type: 'string' },
  trusted: { type: 'boolean', default: false },
  expires: { type: 'string', default: '1h' },
  data: { type: 'string', default: LOCAL.DATA_FOLDER },
  port: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** Reads the command line. An error names the option, the rule and the value. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.data === '') throw new Error('--data must name a folder, got an empty value');
  if (values.trusted && values.client !== undefined) {
    throw new Error(`--trusted must be given without --client: its client is ${DEVELOPMENT.TRUSTED_CLIENT}`);
  }
  if (values.trusted && values.user !== undefined) {
    throw new Error('--user must be absent beside --trusted: a trusted token names no user; leave --user out and send x-user-id');
  }
  if (!values.help && !values.trusted && values.user === undefined) {
    throw new Error('--user must name the user of the token, such as --user alice; or add --trusted');
  }
  return {
    help: values.help,
    user: values.user === undefined ? undefined : parseName('user', values.user),
    groups: values.groups.flatMap(list => list.split(',')).map(name => parseName('groups', name)),
    scopes: [...values.scope.map(parseScope), ...values.trusted ? [DEVELOPMENT.TRUSTED_SCOPE] : []],
    client: parseClient(values.client ?? (values.trusted ? DEVELOPMENT.TRUSTED_CLIENT : DEVELOPMENT.CLIENT)),
    expiresInSeconds: parseDuration(values.expires),
    dataDir: values.data,
    port: values.port === undefined ? undefined : parsePort(values.port),
  };
}

const NAME = new RegExp(`^${PRINCIPAL_NAME}$`);

function parseName(option: string, value: string): string {
  if (NAME.test(value)) return value;
  throw new Error(`--${option} must be 1 to 128 letters, digits and ._@|:+=- each, got: ${value}`);
}

/** RFC 6749, section 3.3. Several scopes in one value are divided by blanks. */
function parseScope(value: string): string {
  if (/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(value)) return value;
  throw new Error(`--scope must be scopes divided by single blanks, such as images/use, got: ${value}`);
}

function parseClient(value: string): string {
  if (value !== '') return value;
  throw new Error('--client must name a client, got an empty value');
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const MOST_SECONDS = 365 * 86_400;

function parseDuration(value: string): number {
  const [, count, unit] = /^([1-9]\d{0,8})([smhd])$/.exec(value) ?? [];
  const seconds = count === undefined ? Infinity : Number(count) * SECONDS[unit];
  if (seconds <= MOST_SECONDS) return seconds;
  throw new Error(`--expires must be a time from 1s to 365d, such as 90s, 15m, 1h or 7d, got: ${value}`);
}

function parsePort(value: string): number {
  if (/^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535) return Number(value);
  throw new Error(`--port must be a whole number from 1 to 65535, got: ${value}`);
}
