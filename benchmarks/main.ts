import { parseArgs } from 'node:util';
import { benchmark as bundle } from './bundle';
import { benchmark as cold } from './cold';
import { benchmark as create } from './create';
import { benchmark as delivery } from './delivery';
import { benchmark as fairness } from './fairness';
import { benchmark as imaging } from './imaging';
import { benchmark as list } from './list';
import { benchmark as load } from './load';
import { benchmark as position } from './position';
import { benchmark as quality } from './quality';
import { benchmark as signatures } from './signatures';
import { type Benchmark, tableOf } from './support/figures';
import { benchmark as sweeper } from './sweeper';
import { benchmark as synth } from './synth';
import { showError } from '../local/terminal';

const BENCHMARKS: Record<string, Benchmark> = {
  bundle, cold, create, delivery, fairness, imaging, list, load, position, quality, signatures, sweeper, synth,
};

const HELP = `npm run benchmark -- name… | all

Runs the named benchmarks and prints their figures against the goals. The exit code is 1 where one was missed.

${Object.entries(BENCHMARKS).map(([name, { about }]) => `  ${name.padEnd(10)} ${about}`).join('\n')}

  --help   shows this
`;

function chosen(names: readonly string[]): string[] {
  if (names.length === 1 && names[0] === 'all') return Object.keys(BENCHMARKS);
  const unknown = names.find(name => !(name in BENCHMARKS));
  if (unknown !== undefined) throw new Error(`a benchmark must be one of ${Object.keys(BENCHMARKS).join(', ')}, or all, got: ${unknown}`);
  return [...names];
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help || positionals.length === 0) {
    process.stdout.write(HELP);
    return;
  }
  for (const name of chosen(positionals)) {
    process.stderr.write(`${name}, a dot for each round or step `);
    const figures = await BENCHMARKS[name].run().finally(() => process.stderr.write('\n'));
    console.log(tableOf(name, figures));
    if (figures.some(({ pass }) => pass === false)) process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  showError(error, 'npm run benchmark');
  process.exitCode = 1;
});
