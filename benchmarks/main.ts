import { parseArgs } from 'node:util';
import { benchmark as authorizer } from './authorizer';
import { benchmark as bundle } from './bundle';
import { benchmark as cold } from './cold';
import { benchmark as cost, writingBenchmark as writingCost } from './cost';
import { benchmark as create } from './create';
import { benchmark as delivery } from './delivery';
import { benchmark as fairness } from './fairness';
import { benchmark as imaging } from './imaging';
import { benchmark as list } from './list';
import { benchmark as load } from './load';
import { benchmark as position } from './position';
import { benchmark as quality } from './quality';
import { benchmark as signatures } from './signatures';
import type { Benchmark } from './support/figures';
import { runBenchmarks } from './support/run-benchmarks';
import { benchmark as sweeper } from './sweeper';
import { benchmark as synth } from './synth';
import { benchmark as telemetry } from './telemetry';
import { showError } from '../local/terminal';

const BENCHMARKS: Record<string, Benchmark> = {
  authorizer,
  bundle,
  cold,
  cost,
  create,
  delivery,
  fairness,
  imaging,
  list,
  load,
  position,
  quality,
  signatures,
  sweeper,
  synth,
  telemetry,
};

const HELP = `npm run benchmark -- name… | all [--write]

Runs the named benchmarks and prints their figures against the goals. It first builds the handlers and the construct that they measure. The exit code is 1 if
a goal was missed or a benchmark failed. \`all\` goes on without those that this machine cannot run, and lists them at the end.

${Object.entries(BENCHMARKS).map(([name, { about }]) => `  ${name.padEnd(10)} ${about}`).join('\n')}

  --write  also writes the figures of cost to docs/costs.md
  --help   shows this
`;

function chooseBenchmarks(names: readonly string[]): string[] {
  if (names.length === 1 && names[0] === 'all') return Object.keys(BENCHMARKS);
  const unknown = names.find(name => !(name in BENCHMARKS));
  if (unknown !== undefined) {
    throw new Error(`a benchmark must be one of ${Object.keys(BENCHMARKS).join(', ')}, or all, got: ${unknown}`);
  }
  return [...names];
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, write: { type: 'boolean' } },
  });
  if (values.help || positionals.length === 0) {
    process.stdout.write(HELP);
    return;
  }
  const isAll = positionals[0] === 'all';
  const names = chooseBenchmarks(positionals);
  if (values.write && !names.includes('cost')) throw new Error(`--write needs the benchmark cost, got: ${names.join(', ')}`);
  const benchmarks = values.write ? { ...BENCHMARKS, cost: writingCost } : BENCHMARKS;
  const { isFailed, notRun } = await runBenchmarks(new Map(names.map(name => [name, benchmarks[name]])), console.log);
  // A benchmark that the user names must run.
  if (isFailed || (!isAll && notRun.length > 0)) process.exitCode = 1;
}

main().catch((error: unknown) => {
  showError(error, 'npm run benchmark');
  process.exitCode = 1;
});
