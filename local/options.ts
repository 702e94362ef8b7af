import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { AUTH_HELP, AUTH_OPTIONS, checkAuthValue, parseTokenSettings } from './auth/read-settings';
import type { TokenSettings } from './auth/token-settings';
import { formatAddresses, type Emulator, QUEUE_NAME_ENV } from './emulator';
import { EMULATOR, LOCAL } from './names';
import {
  COMMON_ENV, DELIVERY_MODES, type DeliveryMode, EMULATOR_ENV, PROCESSING_MODES, type ProcessingMode,
} from '../src/contract';

export interface Options extends ResourceOptions {
  readonly port: number;
  readonly host: string;
  readonly allowedHosts: readonly string[];
  /** Undefined if not given. */
  readonly dataDir?: string;
  readonly reset: boolean;
  /** Undefined if not given. */
  readonly delivery?: DeliveryMode;
  /** Undefined in `iam` mode. */
  readonly tokens?: TokenSettings;
  /** Milliseconds. */
  readonly sweepInterval: number;
  /** URL that gets a POST for each event. Undefined if not given. */
  readonly onEvent?: string;
  /** Whether to print events. */
  readonly verbose: boolean;
}

/** Options for creating the bucket, the table and the queues. */
export interface ResourceOptions {
  readonly help: boolean;
  readonly processing: ProcessingMode;
  readonly corsOrigins: readonly string[];
  /** How long an emulator may take to answer. Milliseconds. */
  readonly waitMs: number;
}

const ENVIRONMENT = `  AWS_ENDPOINT_URL          endpoint of the emulator, such as http://127.0.0.1:4566; AWS_ENDPOINT_URL_S3,
                            AWS_ENDPOINT_URL_DYNAMODB and AWS_ENDPOINT_URL_SQS override it for one service
  AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
                            (default ${LOCAL.REGION}, ${EMULATOR.CREDENTIALS.accessKeyId} and ${EMULATOR.CREDENTIALS.secretAccessKey})
  ${COMMON_ENV.BUCKET}, ${COMMON_ENV.TABLE}, ${QUEUE_NAME_ENV}
                            (default ${LOCAL.BUCKET})`;

export const HELP = `Runs the image service on this machine, with its own storage, database, queue and CDN.

Usage: npm start -- [options]

  --port <number>           port of the API, the uploads and the CDN (default 8080; 0 takes a free port)
  --host <address>          address to listen on (default 127.0.0.1: this machine only). Warning: with another address, such as
                            0.0.0.0, other machines reach an API that trusts the x-user-id header of every request,
                            unless --auth is jwt
  --allowed-host <name>     host name of this server besides localhost and IP addresses; repeatable (default none). Requests for
                            other names get 403, because a web page could send them (DNS rebinding)
  --data <folder>           folder for images and metadata (default .local)
  --reset                   delete the stored data before the start
  --cors-origin <origin>    origin of web pages that may call the API, such as http://localhost:5173; repeatable (default none)
  --processing <mode>       queue: a worker makes variants of every upload (default). none: an image is ready once it is confirmed
  --delivery <mode>         signed: a simulated CDN delivers variants for signed URLs or signed cookies (default).
                            anyone: the CDN delivers them without a signature. presigned: variants have presigned
                            storage URLs, without a CDN (default with AWS_ENDPOINT_URL or --processing none)
${AUTH_HELP}
  --sweep-interval <seconds>  interval between runs of the sweeper (default 300)
  --on-event <url>          URL that gets a POST for each event, such as http://localhost:3000/events (default none). Needs the
                            server's own database. An event is tried 8 times in about a minute
  --verbose                 print each event as a line of JSON. Needs the server's own database
  --wait <seconds>          how long to wait for the emulator's first answer (default 60)
  --help                    show this help

With AWS_ENDPOINT_URL, the server uses S3, DynamoDB and SQS of an emulator, and creates a missing bucket, table or queue there.
Without AWS_ENDPOINT_URL, it reads no AWS variable:

${ENVIRONMENT}

In both cases:

  ${EMULATOR_ENV.PUBLIC_S3_ENDPOINT}        storage endpoint for clients, if it differs from the server's
  ${COMMON_ENV.LOG_LEVEL}      DEBUG, INFO, WARN (default) or ERROR; DEBUG prints the handlers' JSON log lines with stacks
`;

export const RESOURCES_HELP = `Creates the service's bucket, table and queues on an emulator. Existing ones stay.

Usage: npm run local:create-resources -- [options]

  --cors-origin <origin>    origin of web pages that may upload; repeatable (default none).
                            Replaces the bucket's CORS rules if they name other origins
  --processing <mode>       queue: with queues (default). none: without queues
  --wait <seconds>          how long to wait for the emulator's first answer (default 60)
  --help                    show this help

${ENVIRONMENT}
`;

const RESOURCE_OPTIONS = {
  'help': { type: 'boolean', default: false },
  'processing': { type: 'string', default: 'queue' },
  'cors-origin': { type: 'string', multiple: true, default: [] as string[] },
  'wait': { type: 'string', default: '60' },
} as const;

/** Reads the command line. An error names the option, the rule and the value. */
export function readOptions(args: readonly string[]): Options {
  checkAuthValue(args);
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...RESOURCE_OPTIONS,
      ...AUTH_OPTIONS,
      'port': { type: 'string', default: '8080' },
      'host': { type: 'string', default: '127.0.0.1' },
      'allowed-host': { type: 'string', multiple: true, default: [] as string[] },
      'data': { type: 'string' },
      'reset': { type: 'boolean', default: false },
      'delivery': { type: 'string' },
      'sweep-interval': { type: 'string', default: '300' },
      'on-event': { type: 'string' },
      'verbose': { type: 'boolean', default: false },
    },
  });
  if (values.data === '') throw new Error('--data must name a folder, got an empty value');
  return {
    ...parseResourceOptions(values),
    port: parseWholeNumber('port', values.port, 0, 65_535),
    host: parseAddress(values.host),
    allowedHosts: values['allowed-host'].map(parseHostName),
    dataDir: values.data,
    reset: values.reset,
    delivery: values.delivery === undefined ? undefined : parseMode('delivery', DELIVERY_MODES, values.delivery),
    tokens: parseTokenSettings(values),
    sweepInterval: parseWholeNumber('sweep-interval', values['sweep-interval'], 1, 86_400) * 1000,
    onEvent: values['on-event'] === undefined ? undefined : parseWebhook(values['on-event']),
    verbose: values.verbose,
  };
}

export function readResourceOptions(args: readonly string[]): ResourceOptions {
  return parseResourceOptions(parseArgs({ args: [...args], options: RESOURCE_OPTIONS }).values);
}

function parseResourceOptions(
  values: { 'help': boolean; 'processing': string; 'cors-origin': string[]; 'wait': string },
): ResourceOptions {
  return {
    help: values.help,
    processing: parseMode('processing', PROCESSING_MODES, values.processing),
    corsOrigins: values['cors-origin'].map(parseOrigin),
    waitMs: parseWholeNumber('wait', values.wait, 0, 3600) * 1000,
  };
}

/**
 * Formats the given command with --reset, to paste into bash. It keeps `--data`: otherwise it would empty another
 * folder.
 */
export function formatResetCommand(args: readonly string[]): string {
  return ['npm start --', ...args.filter(arg => arg !== '--reset').map(quoteWord), '--reset'].join(' ');
}

/** Quotes a word for bash. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** An emulator ignores the data folder and has its own stream, so options about them must not pass silently. */
export function forbidDataOptions(options: Options, emulator: Emulator): void {
  const { dataDir, reset, onEvent, verbose, tokens } = options;
  if (tokens && tokens.issuer === undefined) {
    throw new Error('--auth jwt must be given with --issuer if AWS_ENDPOINT_URL is set: the server keeps the key of its own '
      + 'issuer with its data; add --issuer and --audience');
  }
  if (onEvent !== undefined || verbose) {
    const option = onEvent === undefined ? '--verbose' : '--on-event';
    throw new Error(`${option} must not be given with AWS_ENDPOINT_URL: the server publishes the events of its own database only`);
  }
  const elsewhere = `the data is at ${formatAddresses(emulator)}`;
  if (dataDir !== undefined) {
    throw new Error(`--data must not be given with AWS_ENDPOINT_URL, got: ${dataDir}; ${elsewhere}`);
  }
  if (reset) {
    throw new Error(`--reset must not be given with AWS_ENDPOINT_URL; ${elsewhere}: `
      + `delete the bucket ${emulator.bucket}, the table ${emulator.table} and the queue ${emulator.queue} there`);
  }
}

function parseWholeNumber(name: string, value: string, min: number, max: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= min && number <= max) return number;
  throw new Error(`--${name} must be a whole number from ${min} to ${max}, got: ${value}`);
}

function parseMode<Mode extends string>(option: string, modes: readonly Mode[], value: string): Mode {
  const known = modes.find(name => name === value);
  if (known !== undefined) return known;
  throw new Error(`--${option} must be one of ${modes.join(', ')}, got: ${value}`);
}

/** Fetch refuses URLs with a user name or a password. */
function parseWebhook(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === '') return url.href;
  throw new Error('--on-event must be an http or https URL without a user name and a password, such as '
    + `http://localhost:3000/events, got: ${url ? `${url.protocol}//…` : value}`);
}

/** A name could resolve to several addresses, and Node would listen on one of them. */
function parseAddress(value: string): string {
  if (value === 'localhost') return '127.0.0.1';
  if (isIP(value) !== 0) return value;
  throw new Error(`--host must be localhost or an IP address such as 127.0.0.1 or 0.0.0.0, got: ${value}`);
}

/** RFC 1123, section 2.1. */
function parseHostName(value: string): string {
  if (/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(value)) return value.toLowerCase();
  throw new Error(`--allowed-host must be a host name without a port, such as images.test, got: ${value}`);
}

/** Schemes of app frameworks: `URL.origin` is `null` for them, but their web views send the origin. */
const APP_ORIGIN = /^(capacitor|ionic|tauri):\/\/[a-z0-9.-]+$/;

/** A value of the `Origin` header (RFC 6454, section 6.1): scheme, host and optional port. */
function parseOrigin(value: string): string {
  if (APP_ORIGIN.test(value) || (URL.canParse(value) && new URL(value).origin === value)) return value;
  const origin = URL.canParse(value) ? new URL(value).origin : 'null';
  const advice = origin === 'null' ? '' : `; without a path or a slash at the end it is ${origin}`;
  throw new Error(`--cors-origin must be an origin such as https://app.example.com, got: ${value}${advice}`);
}
