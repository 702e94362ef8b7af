import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkAwsCommand } from './aws-commands';
import { ROOT } from './compiled';
import { readOptions as cliOptions } from '../../cli/options';
import { readOptions as integOptions } from '../../integ/emulators/options';
import { readOptions as demoOptions } from '../../local/demo/options';
import { readOptions as serverOptions } from '../../local/options';
import { readOptions as tokenOptions } from '../../local/token/options';

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

const NEEDS_ACCOUNT = '# needs an account';

/** Commands of systems and tools; no test knows their arguments. */
const OF_THE_SYSTEM = ['.', 'pip', 'python3', 'apt-get', 'ministack', 'export', 'unset', 'projen', 'mv'];

type Check = (args: string[]) => void;

/** Each function throws for invalid arguments. */
const SCRIPTS: Record<string, Check> = {
  'start': args => void serverOptions(args),
  'token': args => void tokenOptions(args),
  'demo': args => void demoOptions(args),
  'integ:local': args => void integOptions(args, {}),
};

const COMMANDS: Record<string, Check> = {
  npm: ([verb, ...words]) => {
    const rest = words.filter(word => word !== '--silent');
    if (verb === 'ci' || verb === 'pack') return;
    const [name, ...args] = verb === 'run' ? rest : [verb, ...rest];
    if (!(name in scripts)) throw new Error(`package.json has no script ${name}`);
    SCRIPTS[name]?.(args.filter(arg => arg !== '--'));
  },
  npx: ([tool, ...args]) => {
    if (tool === 'cdk-image-service') cliOptions(args);
    else if (tool === 'jest') args.filter(arg => arg.includes('/')).forEach(mustExist);
    else if (tool === 'tsx') mustExist(args[0]);
    else if (!existsSync(join(ROOT, 'node_modules', '.bin', tool))) throw new Error(`no package brings ${tool}`);
  },
  // test/docker checks files and services of `docker compose`.
  docker: args => args.filter((_arg, i) => args[i - 1] === '-f' && args[0] === 'build').forEach(mustExist),
  aws: checkAwsCommand,
  bash: ([file]) => mustExist(file),
  cd: ([folder]) => mustExist(folder),
};

function mustExist(path: string): void {
  if (!existsSync(join(ROOT, path))) throw new Error(`${path} is not there`);
}

/** Lists the errors in a line of a shell snippet. */
export function findFaults(line: string): string[] {
  if (line.includes(NEEDS_ACCOUNT)) return [];
  return line.replace(/\s#.*$/, '').split(/ && | \| /).flatMap(command => {
    // Assignments before a command.
    const [name, ...args] = command.trim().replace(/^(\w+=("[^"]*"|\S*)\s+)+/, '').split(/\s+/);
    if (OF_THE_SYSTEM.includes(name)) return [];
    try {
      if (!(name in COMMANDS)) throw new Error('no check knows this command');
      COMMANDS[name](args);
      return [];
    } catch (error) {
      return [`${command.trim()}: ${(error as Error).message}`];
    }
  });
}
