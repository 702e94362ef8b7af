import { parseArgs } from 'node:util';
import { FAILED_IMAGES, OPERATOR_RATE, type OperatorRequest } from '../src/contract';

export interface Options {
  /** Undefined shows the help. */
  readonly request?: OperatorRequest;
  readonly target: Target;
  /** Whether to print the list of failed images as JSON. */
  readonly json: boolean;
  readonly region?: string;
  readonly endpoint?: string;
  readonly profile?: string;
}

/** The operator function: by its own name or ARN, or by the stack with its name in an output. */
export type Target =
  | { readonly functionName: string }
  | { readonly stack: string; readonly service?: string };

export const NAME = 'cdk-image-service';

export const HELP = `Operates an image service through the operator function of its stack. An output of the stack has the function's name.

Usage: npx ${NAME} status    --stack <name> [options]
       npx ${NAME} failed    --stack <name> [--limit <number>] [--json] [--rate <number>] [options]
       npx ${NAME} redrive   --stack <name> [--rate <number>] [options]
       npx ${NAME} reprocess --stack <name> (--image <id> | --user <id> | --all) [--replace] [--rate <number>] [options]

  status                show the number of messages that wait, are in progress, or are in the dead-letter queue
  failed                list failed images, newest first: time, id, tries and the cause of the last error; reads the whole
                        table. In a pipe: lines of these four, separated by tabs
  redrive               retry the messages in the dead-letter queue; each image gets a full set of tries
  reprocess             make missing variants after a change to the variant set; a failed image gets a full set of tries

  --stack <name>        name or ARN of the stack; an output of it, or of its nested stacks, names the operator function
  --service <id>        construct id of the image service, if the stack has several
  --function <name>     name or ARN of the operator function, instead of --stack
  --limit <number>      failed images to list, 1 to ${FAILED_IMAGES.MAX} (default ${FAILED_IMAGES.DEFAULT})
  --json                list failed images as one JSON object
  --image <id>          reprocess one image
  --user <id>           reprocess all images of a user
  --all                 reprocess all images; this reads the whole table
  --replace             also make variants again if their settings changed under the same name. Without this option,
                        the first of those variants stops the command. Prefer a new name: caches keep the old variant
                        under its URL
  --rate <number>       images per second, 1 to ${OPERATOR_RATE.MAX} (default ${OPERATOR_RATE.DEFAULT}). The command failed reads 20 items for each
                        (default ${OPERATOR_RATE.MAX})
  --cursor <cursor>     continue where an earlier run of the same command stopped
  --region <region>     region of the stack (default: AWS_REGION, or the profile's)
  --profile <name>      profile in ~/.aws/config (default: AWS_PROFILE, or the environment's credentials)
  --endpoint <url>      endpoint of an emulator or the local server; for the local server, use
                        --endpoint http://localhost:8080 --function operator
  --help                show this help

Exit codes: 0 done, 1 failed, 2 invalid option, 3 a variant changed under the same name, 130 stopped by Ctrl-C.
`;

/** An error in the command line. */
export class UsageError extends Error {}

const OPTIONS_BY_COMMAND: Record<OperatorRequest['command'], readonly string[]> = {
  status: [],
  failed: ['rate', 'limit', 'json'],
  redrive: ['rate', 'cursor'],
  reprocess: ['rate', 'cursor', 'image', 'user', 'all', 'replace'],
};

/** Reads the command line. An error names the option, the rule and the value. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  if (values.help) return { target: { functionName: '' }, json: false };
  const [command, ...others] = positionals;
  if (command === undefined || !Object.hasOwn(OPTIONS_BY_COMMAND, command)) {
    throw new UsageError(
      `the command must be one of ${Object.keys(OPTIONS_BY_COMMAND).join(', ')}, got: ${command ?? 'none'}`,
    );
  }
  if (others.length > 0) throw new UsageError(`exactly one command must be given, got: ${positionals.join(' ')}`);
  return {
    target: readTarget(values),
    request: buildRequest(command as OperatorRequest['command'], values),
    json: values.json ?? false,
    region: values.region,
    profile: values.profile,
    endpoint: values.endpoint === undefined ? undefined : parseUrl(values.endpoint),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        function: { type: 'string' },
        stack: { type: 'string' },
        service: { type: 'string' },
        limit: { type: 'string' },
        json: { type: 'boolean' },
        image: { type: 'string' },
        user: { type: 'string' },
        all: { type: 'boolean' },
        replace: { type: 'boolean' },
        rate: { type: 'string' },
        cursor: { type: 'string' },
        region: { type: 'string' },
        profile: { type: 'string' },
        endpoint: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    // Cuts Node's advice on arguments that begin with a dash: it has an unbalanced quote.
    throw new UsageError((error as Error).message.split('. To specify a positional argument')[0]);
  }
}

type Values = ReturnType<typeof parse>['values'];

function readTarget({ function: functionName, stack, service }: Values): Target {
  const named = [functionName, stack].filter(value => value !== undefined);
  if (named.length !== 1 || named[0] === '') {
    const got = named.length > 1 ? 'both' : named[0] === '' ? 'an empty name' : 'nothing';
    throw new UsageError(`--stack must name the stack of the service, or --function its operator function, got: ${got}`);
  }
  if (stack !== undefined) return { stack, service };
  if (service !== undefined) throw new UsageError(`--service needs --stack, got: --function ${functionName}`);
  return { functionName: functionName! };
}

/** Options of some commands only. */
const COMMAND_OPTIONS = [...new Set(Object.values(OPTIONS_BY_COMMAND).flat())];

function buildRequest(command: OperatorRequest['command'], values: Values): OperatorRequest {
  const allowed = OPTIONS_BY_COMMAND[command];
  const foreign = COMMAND_OPTIONS.find(
    name => values[name as keyof Values] !== undefined && !allowed.includes(name),
  );
  if (foreign !== undefined) {
    const options = allowed.map(name => `--${name}`).join(', ') || 'none';
    throw new UsageError(`${command} has no option --${foreign}; its own options: ${options}`);
  }
  const pacing = {
    ...values.rate !== undefined && { rate: parseNumber('rate', values.rate, OPERATOR_RATE.MAX) },
    ...values.cursor !== undefined && { cursor: values.cursor },
  };
  if (command === 'status') return { command };
  if (command === 'failed') {
    const { limit } = values;
    return { command, ...pacing, limit: limit === undefined ? undefined : parseNumber('limit', limit, FAILED_IMAGES.MAX) };
  }
  if (command === 'redrive') return { command, ...pacing };
  return { command, ...selectImages(values), remake: values.replace ? 'changed' : 'missing', ...pacing };
}

function selectImages({ image, user, all }: Values): { image_id?: string; user_id?: string; all?: true } {
  const named = {
    ...image !== undefined && { image_id: image },
    ...user !== undefined && { user_id: user },
    ...all && { all: true as const },
  };
  if (Object.keys(named).length !== 1) {
    const given = [image !== undefined && '--image', user !== undefined && '--user', all && '--all'].filter(Boolean);
    throw new UsageError(
      `exactly one of --image, --user and --all must be given, got: ${given.join(', ') || 'none'}`,
    );
  }
  return named;
}

function parseNumber(option: string, value: string, max: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= 1 && number <= max) return number;
  throw new UsageError(`--${option} must be a whole number from 1 to ${max}, got: ${value}`);
}

function parseUrl(value: string): string {
  if (/^https?:\/\//.test(value) && URL.canParse(value)) return value.replace(/\/+$/, '');
  throw new UsageError(`--endpoint must start with http:// or https://, got: ${value}`);
}

/** Formats the command that continues at a cursor, to paste into a shell. */
export function formatResumeCommand(args: readonly string[], cursor: string): string {
  const at = args.indexOf('--cursor');
  const kept = args.filter((arg, i) => !arg.startsWith('--cursor=') && (at < 0 || (i !== at && i !== at + 1)));
  return ['npx', NAME, ...kept, '--cursor', cursor].map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
