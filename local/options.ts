import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { formatAddresses, type Emulator, QUEUE_NAME_ENV } from './backends/emulator';
import { EMULATOR, LOCAL } from './names';
import { COMMON_ENV, DELIVERY_MODES, type DeliveryMode, EMULATOR_ENV, PROCESSING_MODES, type ProcessingMode } from '../src/contract';

export interface Options extends ResourceOptions {
  readonly port: number;
  readonly host: string;
  readonly allowedHosts: readonly string[];
  /** Undefined where it was not given. */
  readonly dataDir?: string;
  readonly reset: boolean;
  /** Undefined where it was not given. */
  readonly delivery?: DeliveryMode;
  /** Milliseconds. */
  readonly sweepInterval: number;
}

/** What making bucket, table and queues takes. */
export interface ResourceOptions {
  readonly help: boolean;
  readonly processing: ProcessingMode;
  readonly corsOrigins: readonly string[];
  /** How long an emulator may take to answer. Milliseconds. */
  readonly waitMs: number;
}

const ENVIRONMENT = `  AWS_ENDPOINT_URL          where it is, such as http://127.0.0.1:4566; AWS_ENDPOINT_URL_S3,
                            AWS_ENDPOINT_URL_DYNAMODB and AWS_ENDPOINT_URL_SQS name one service that is elsewhere
  AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
                            (default ${LOCAL.REGION}, ${EMULATOR.CREDENTIALS.accessKeyId} and ${EMULATOR.CREDENTIALS.secretAccessKey})
  ${COMMON_ENV.BUCKET}, ${COMMON_ENV.TABLE}, ${QUEUE_NAME_ENV}
                            (default ${LOCAL.BUCKET})`;

export const HELP = `Runs the whole image service on this machine.

Usage: npm start -- [options]

  --port <number>           port of the API and of the uploads (default 8080; 0 takes a free one)
  --host <address>          address to listen on (default 127.0.0.1: this machine alone). Through any other, such as
                            0.0.0.0, other machines reach an API that trusts the x-user-id header of every request
  --allowed-host <name>     name of this server besides localhost and IP addresses; give it once for each (default none). Requests
                            for other names get 403, because a web page could send them (DNS rebinding)
  --data <folder>           where images and metadata are kept (default .local)
  --reset                   removes what is stored there before it starts
  --cors-origin <origin>    origin that browsers may call from; give it once for each (default none)
  --processing <mode>       queue: a worker makes variants of every upload (default); none: an upload is ready once it is confirmed
  --delivery <mode>         signed: a CDN that is played here shows variants to who has a signed URL or signed cookies (default);
                            anyone: to everybody; presigned: URLs of storage instead (default with AWS_ENDPOINT_URL or --processing none)
  --sweep-interval <seconds>  how often the sweeper runs (default 300)
  --wait <seconds>          how long an emulator may take to answer (default 60)
  --help                    shows this

With AWS_ENDPOINT_URL set, the S3, DynamoDB and SQS of an emulator are used, with a bucket, a table and queues that are
created where they are absent. No other AWS variable is read without it:

${ENVIRONMENT}

In either case:

  ${EMULATOR_ENV.PUBLIC_S3_ENDPOINT}        where clients reach storage, if by another name than this server does
  ${COMMON_ENV.LOG_LEVEL}      DEBUG, INFO, WARN (default) or ERROR; DEBUG shows the handlers' lines as they are, with stacks
`;

export const RESOURCES_HELP = `Creates the service's bucket, table and queues on an emulator, where they are absent.

Usage: npm run local:create-resources -- [options]

  --cors-origin <origin>    origin whose pages may use upload URLs; give it once for each (default none).
                            Replaces the bucket's CORS rules if they name others
  --processing <mode>       queue (default), or none: without queues
  --wait <seconds>          how long the emulator may take to answer (default 60)
  --help                    shows this

${ENVIRONMENT}
`;

const RESOURCE_OPTIONS = {
  'help': { type: 'boolean', default: false },
  'processing': { type: 'string', default: 'queue' },
  'cors-origin': { type: 'string', multiple: true, default: [] as string[] },
  'wait': { type: 'string', default: '60' },
} as const;

/** Reads the command line; an error names the option, the rule and what was given. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...RESOURCE_OPTIONS,
      'port': { type: 'string', default: '8080' },
      'host': { type: 'string', default: '127.0.0.1' },
      'allowed-host': { type: 'string', multiple: true, default: [] as string[] },
      'data': { type: 'string' },
      'reset': { type: 'boolean', default: false },
      'delivery': { type: 'string' },
      'sweep-interval': { type: 'string', default: '300' },
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
    sweepInterval: parseWholeNumber('sweep-interval', values['sweep-interval'], 1, 86_400) * 1000,
  };
}

export function readResourceOptions(args: readonly string[]): ResourceOptions {
  return parseResourceOptions(parseArgs({ args: [...args], options: RESOURCE_OPTIONS }).values);
}

function parseResourceOptions(values: { 'help': boolean; 'processing': string; 'cors-origin': string[]; 'wait': string }): ResourceOptions {
  return {
    help: values.help,
    processing: parseMode('processing', PROCESSING_MODES, values.processing),
    corsOrigins: values['cors-origin'].map(parseOrigin),
    waitMs: parseWholeNumber('wait', values.wait, 0, 3600) * 1000,
  };
}

/** The command that was given, but with the data removed first, to paste into bash: without `--data` it would empty another folder. */
export function formatResetCommand(args: readonly string[]): string {
  return ['npm start --', ...args.filter(arg => arg !== '--reset').map(quoteWord), '--reset'].join(' ');
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The data folder is the embedded engines': whoever names it expects his data in it, or removed from it. */
export function forbidDataOptions({ dataDir, reset }: Options, emulator: Emulator): void {
  const elsewhere = `with AWS_ENDPOINT_URL the data is at ${formatAddresses(emulator)}`;
  if (dataDir !== undefined) throw new Error(`--data must not be given where AWS_ENDPOINT_URL is set, got: ${dataDir}; ${elsewhere}`);
  if (reset) {
    throw new Error(`--reset must not be given where AWS_ENDPOINT_URL is set; ${elsewhere}: `
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

/** Any other name could stand for several addresses, of which Node takes one. */
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

/** Schemes of app frameworks, whose origins JavaScript calls opaque (`null`), though their web views send them. */
const APP_ORIGIN = /^(capacitor|ionic|tauri):\/\/[a-z0-9.-]+$/;

/** The value that a browser or an app's web view sends as `Origin` (RFC 6454, section 6.1): a scheme, a host and at most a port. */
function parseOrigin(value: string): string {
  if (APP_ORIGIN.test(value) || (URL.canParse(value) && new URL(value).origin === value)) return value;
  throw new Error(`--cors-origin must be an origin such as https://app.example.com, got: ${value}`);
}
