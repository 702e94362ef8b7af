import { type Benchmark, formatTable } from './figures';
import { CannotRun, provide } from './needs';

export interface Outcome {
  /** A benchmark ended with an error, or missed a goal. */
  readonly isFailed: boolean;
  /** Benchmarks that this machine cannot run, each with the reason. */
  readonly notRun: readonly string[];
}

type Write = (text: string) => void;

/** Runs all benchmarks: an error of one does not stop the others. */
export async function runBenchmarks(benchmarks: ReadonlyMap<string, Benchmark>, write: Write): Promise<Outcome> {
  const notRun: string[] = [];
  let isFailed = false;
  for (const [name, benchmark] of benchmarks) {
    try {
      isFailed = !await runOne(name, benchmark, write) || isFailed;
    } catch (error) {
      if (error instanceof CannotRun) notRun.push(`${name}: ${error.message}`);
      else isFailed = true;
      write(
        `${name} ${error instanceof CannotRun ? 'was not run' : 'failed'}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  if (notRun.length > 0) write(`Not run:\n${notRun.map(line => `  ${line}`).join('\n')}`);
  return { isFailed, notRun };
}

/** True if every goal is met. */
async function runOne(name: string, { needs = [], run }: Benchmark, write: Write): Promise<boolean> {
  await provide(needs);
  process.stderr.write(`${name}, a dot for each round or step `);
  const figures = await run().finally(() => process.stderr.write('\n'));
  write(formatTable(name, figures));
  return figures.every(({ pass }) => pass !== false);
}
