import { parseArgs } from 'node:util';
import { readEndpoint } from '../../local/emulator';

export type Pass = 'deploy' | 'least-privilege';
const EMULATORS = ['ministack', 'localstack'] as const;
export type EmulatorName = typeof EMULATORS[number];

export interface Options {
  readonly pass: Pass;
  readonly keep: boolean;
  readonly help: boolean;
  readonly emulator: EmulatorName;
  /** URL of a running emulator, or of the one that `command` starts. */
  readonly endpoint?: string;
  /** Starts the emulator in the foreground. */
  readonly command?: string;
}

export const HELP = `Deploys examples/quickstart to an emulator of AWS with cdklocal, and tests what was deployed.

Usage: npm run integ:local -- [options]

  --least-privilege   instead, with IAM enforced: each function works with its own grants, and fails cleanly
                      without any one of them (MiniStack only)
  --keep              leaves emulator and stack running, and prints their URLs
  --help              shows this

Environment:

  EMULATOR            ministack (default): installed once into a cache folder, which needs Python 3.10 or newer
                      localstack: one that runs already at AWS_ENDPOINT_URL, or that EMULATOR_COMMAND starts
  AWS_ENDPOINT_URL    an emulator that runs already; with EMULATOR_COMMAND, where that will serve
                      (default http://127.0.0.1:4566)
  EMULATOR_COMMAND    starts the emulator in the foreground; it is ended with SIGTERM

Logs are kept in tmp/integ-local/.
`;

/** Reads the command line and the environment; an error names the option, the rule and the value received. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'least-privilege': { type: 'boolean', default: false },
      'keep': { type: 'boolean', default: false },
      'help': { type: 'boolean', default: false },
    },
  });
  const given = {
    pass: values['least-privilege']
      ? 'least-privilege'
      : 'deploy',
    keep: values.keep,
    help: values.help,
  } as const;
  if (given.help) return { ...given, emulator: 'ministack' };
  const options: Options = {
    ...given,
    emulator: readEmulatorName(env.EMULATOR || 'ministack'),
    endpoint: readEmulatorEndpoint(env),
    command: env.EMULATOR_COMMAND || undefined,
  };
  checkTogether(options);
  return options;
}

function checkTogether({ pass, emulator, endpoint, command }: Options): void {
  if (pass === 'least-privilege' && (emulator !== 'ministack' || endpoint || command)) {
    throw new Error(
      '--least-privilege starts a MiniStack of its own, which enforces IAM: leave EMULATOR, AWS_ENDPOINT_URL and EMULATOR_COMMAND unset',
    );
  }
  if (emulator === 'localstack' && !endpoint && !command) {
    throw new Error(
      'EMULATOR=localstack needs AWS_ENDPOINT_URL of one that runs, such as http://127.0.0.1:4566, or an EMULATOR_COMMAND that starts one',
    );
  }
}

function readEmulatorName(value: string): EmulatorName {
  const name = EMULATORS.find(each => each === value);
  if (!name) throw new Error(`EMULATOR must be one of ${EMULATORS.join(', ')}, got: ${value}`);
  return name;
}

/** Stacks are deployed to this endpoint and destroyed there, so an AWS address is an error. */
function readEmulatorEndpoint(env: NodeJS.ProcessEnv): string | undefined {
  const endpoint = readEndpoint(env, 'AWS_ENDPOINT_URL');
  if (endpoint && /(^|\.)amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname)) {
    throw new Error(`AWS_ENDPOINT_URL must be an emulator's, got: ${endpoint}`);
  }
  return endpoint;
}
