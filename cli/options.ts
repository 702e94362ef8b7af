import { parseArgs } from 'node:util';
import { OPERATOR_RATE, type OperatorRequest } from '../src/contract';

export interface Options {
  /** Undefined shows the help. */
  readonly request?: OperatorRequest;
  readonly functionName: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly profile?: string;
}

export const NAME = 'cdk-image-service';

export const HELP = `Operates an image service: asks the operator's function of its stack, which the stack's output names.

Usage: npx ${NAME} status    --function <name> [options]
       npx ${NAME} redrive   --function <name> [--rate <number>] [options]
       npx ${NAME} reprocess --function <name> (--image <id> | --user <id> | --all) [--replace] [--rate <number>] [options]

  status                how many messages wait, are in work, and were given up
  redrive               empties the dead-letter queue: every message, and the image it is about, gets its tries again
  reprocess             makes the variants that images lack, after the set has changed; an image that has failed gets its tries again

  --function <name>     name or ARN of the operator's function
  --image <id>          one image; --user <id>: all images of a user; --all: all images, by reading the whole table
  --replace             makes variants again too whose settings changed under the same name; without it, the first one ends the work.
                        Caches go on to show the old ones under the same URL: rather rename a variant
  --rate <number>       images a second, 1 to ${OPERATOR_RATE.MAX} (default ${OPERATOR_RATE.DEFAULT})
  --cursor <cursor>     goes on where an earlier run of the same command ended
  --region <region>     (default: AWS_REGION, or the profile's)
  --profile <name>      of ~/.aws/config (default: AWS_PROFILE, or the environment's credentials)
  --endpoint <url>      Lambda elsewhere: an emulator, or the local server (--endpoint http://localhost:8080 --function operator)
  --help                shows this

Ends with 0 when all is done, 1 where something failed, 2 for a wrong option, 3 where a variant changed under its name, 130 after Ctrl-C.
`;

/** What is wrong with the command line. */
export class UsageError extends Error {}

const OPTIONS_BY_COMMAND: Record<OperatorRequest['command'], readonly string[]> = {
  status: [],
  redrive: ['rate', 'cursor'],
  reprocess: ['rate', 'cursor', 'image', 'user', 'all', 'replace'],
};

/** Reads the command line; an error names the option, the rule and what was given. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  if (values.help) return { functionName: '' };
  const [command, ...others] = positionals;
  if (command === undefined || !Object.hasOwn(OPTIONS_BY_COMMAND, command)) {
    throw new UsageError(`the command must be one of ${Object.keys(OPTIONS_BY_COMMAND).join(', ')}, got: ${command ?? 'none'}`);
  }
  if (others.length > 0) throw new UsageError(`one command can be given, got: ${positionals.join(' ')}`);
  if (!values.function) throw new UsageError(`--function must name the operator's function, got: ${values.function ?? 'nothing'}`);
  return {
    request: buildRequest(command as OperatorRequest['command'], values),
    functionName: values.function,
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
    // What Node goes on to tell is of arguments that begin with a dash, and leaves a quote open.
    throw new UsageError((error as Error).message.split('. To specify a positional argument')[0]);
  }
}

type Values = ReturnType<typeof parse>['values'];

function buildRequest(command: OperatorRequest['command'], values: Values): OperatorRequest {
  const foreign = OPTIONS_BY_COMMAND.reprocess.find(name => values[name as keyof Values] !== undefined && !OPTIONS_BY_COMMAND[command].includes(name));
  if (foreign !== undefined) throw new UsageError(`${command} has no option --${foreign}`);
  const pacing = { ...values.rate !== undefined && { rate: parseRate(values.rate) }, ...values.cursor !== undefined && { cursor: values.cursor } };
  if (command === 'status') return { command };
  if (command === 'redrive') return { command, ...pacing };
  return { command, ...readTarget(values), remake: values.replace ? 'changed' : 'missing', ...pacing };
}

function readTarget({ image, user, all }: Values): { image_id?: string; user_id?: string; all?: true } {
  const named = { ...image !== undefined && { image_id: image }, ...user !== undefined && { user_id: user }, ...all && { all: true as const } };
  if (Object.keys(named).length !== 1) throw new UsageError('exactly one of --image, --user and --all must say which images are meant');
  return named;
}

function parseRate(value: string): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= 1 && number <= OPERATOR_RATE.MAX) return number;
  throw new UsageError(`--rate must be a whole number from 1 to ${OPERATOR_RATE.MAX}, got: ${value}`);
}

function parseUrl(value: string): string {
  if (/^https?:\/\//.test(value) && URL.canParse(value)) return value.replace(/\/+$/, '');
  throw new UsageError(`--endpoint must start with http:// or https://, got: ${value}`);
}

/** The command that goes on from a cursor, to paste into a shell. */
export function formatResumeCommand(args: readonly string[], cursor: string): string {
  const at = args.indexOf('--cursor');
  const kept = args.filter((arg, i) => !arg.startsWith('--cursor=') && (at < 0 || (i !== at && i !== at + 1)));
  return ['npx', NAME, ...kept, '--cursor', cursor].map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
