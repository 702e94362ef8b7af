import { parseArgs } from 'node:util';

export interface Options {
  readonly port: number;
  readonly dataDir: string;
  readonly reset: boolean;
  readonly help: boolean;
  readonly corsOrigins: readonly string[];
  /** Milliseconds. */
  readonly sweepInterval: number;
}

export const HELP = `Runs the whole image service on this machine.

Usage: npm start -- [options]

  --port <number>           port of the API and of the uploads (default 8080; 0 takes a free one)
  --data <folder>           where images and metadata are kept (default .local)
  --reset                   removes what is stored there before it starts
  --cors-origin <origin>    origin that browsers may call from; give it once for each (default none)
  --sweep-interval <seconds>  how often the sweeper runs (default 300)
  --help                    shows this
`;

/** Reads the command line; an error names the option, the rule and what was given. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'port': { type: 'string', default: '8080' },
      'data': { type: 'string', default: '.local' },
      'reset': { type: 'boolean', default: false },
      'help': { type: 'boolean', default: false },
      'cors-origin': { type: 'string', multiple: true, default: [] },
      'sweep-interval': { type: 'string', default: '300' },
    },
  });
  if (values.data === '') throw new Error('--data must name a folder, got an empty value');
  return {
    port: whole('port', values.port, 0, 65_535),
    dataDir: values.data,
    reset: values.reset,
    help: values.help,
    corsOrigins: values['cors-origin'].map(origin),
    sweepInterval: whole('sweep-interval', values['sweep-interval'], 1, 86_400) * 1000,
  };
}

function whole(name: string, value: string, min: number, max: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= min && number <= max) return number;
  throw new Error(`--${name} must be a whole number from ${min} to ${max}, got: ${value}`);
}

/** What a browser sends as `Origin` (RFC 6454, section 6.1): a scheme, a host and at most a port. */
function origin(value: string): string {
  if (URL.canParse(value) && new URL(value).origin === value) return value;
  throw new Error(`--cors-origin must be an origin such as https://app.example.com, got: ${value}`);
}
