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

export const HELP = `Operates an image service through the operator function of its stack. An output of the stack has the function's name.

Usage: npx ${NAME} status    --function <name> [options]
       npx ${NAME} redrive   --function <name> [--rate <number>] [options]
       npx ${NAME} reprocess --function <name> (--image <id> | --user <id> | --all) [--replace] [--rate <number>] [options]

  status                show the number of messages that wait, are in progress, or are in the dead-letter queue
  redrive               retry the messages in the dead-letter queue; each image gets a full set of tries
  reprocess             make missing variants after a change to the variant set; a failed image gets a full set of tries

  --function <name>     name or ARN of the operator function
  --image <id>          reprocess one image
  --user <id>           reprocess all images of a user
  --all                 reprocess all images; this reads the whole table
  --replace             also make variants again if their settings changed under the same name. Without this option,
                        the first of those variants stops the command. Prefer a new name: caches keep the old variant
                        under its URL
  --rate <number>       images per second, 1 to ${OPERATOR_RATE.MAX} (default ${OPERATOR_RATE.DEFAULT})
  --cursor <cursor>     continue where an earlier run of the same command stopped
  --region <region>     region of the function (default: AWS_REGION, or the profile's)
  --profile <name>      profile in ~/.aws/config (default: AWS_PROFILE, or the environment's credentials)
  --endpoint <url>      Lambda endpoint of an emulator or the local server; for the local server, use
                        --endpoint http://localhost:8080 --function operator
  --help                show this help

Exit codes: 0 done, 1 failed, 2 invalid option, 3 a variant changed under the same name, 130 stopped by Ctrl-C.
`;

/** An error in the command line. */
export class UsageError extends Error {}

const OPTIONS_BY_COMMAND: Record<OperatorRequest['command'], readonly string[]> = {
  status: [],
  redrive: ['rate', 'cursor'],
  reprocess: ['rate', 'cursor', 'image', 'user', 'all', 'replace'],
};

/** Reads the command line. An error names the option, the rule and the value. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  if (values.help) return { functionName: '' };
  const [command, ...others] = positionals;
  if (command === undefined || !Object.hasOwn(OPTIONS_BY_COMMAND, command)) {
    throw new UsageError(
      `the command must be one of ${Object.keys(OPTIONS_BY_COMMAND).join(', ')}, got: ${command ?? 'none'}`,
    );
  }
  if (others.length > 0) throw new UsageError(`exactly one command must be given, got: ${positionals.join(' ')}`);
  if (!values.function) {
    throw new UsageError(`--function must name the operator function, got: ${values.function ?? 'nothing'}`);
  }
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
    // Cuts Node's advice on arguments that begin with a dash: it has an unbalanced quote.
    throw new UsageError((error as Error).message.split('. To specify a positional argument')[0]);
  }
}

type Values = ReturnType<typeof parse>['values'];

function buildRequest(command: OperatorRequest['command'], values: Values): OperatorRequest {
  const allowed = OPTIONS_BY_COMMAND[command];
  const foreign = OPTIONS_BY_COMMAND.reprocess.find(
    name => values[name as keyof Values] !== undefined && !allowed.includes(name),
  );
  if (foreign !== undefined) {
    const options = allowed.map(name => `--${name}`).join(', ') || 'none';
    throw new UsageError(`${command} has no option --${foreign}; its own options: ${options}`);
  }
  const pacing = {
    ...values.rate !== undefined && { rate: parseRate(values.rate) },
    ...values.cursor !== undefined && { cursor: values.cursor },
  };
  if (command === 'status') return { command };
  if (command === 'redrive') return { command, ...pacing };
  return { command, ...readTarget(values), remake: values.replace ? 'changed' : 'missing', ...pacing };
}

function readTarget({ image, user, all }: Values): { image_id?: string; user_id?: string; all?: true } {
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

function parseRate(value: string): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= 1 && number <= OPERATOR_RATE.MAX) return number;
  throw new UsageError(`--rate must be a whole number from 1 to ${OPERATOR_RATE.MAX}, got: ${value}`);
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
