import { requireAtMost, type Benchmark } from '../../benchmarks/support/figures';
import { CannotRun } from '../../benchmarks/support/needs';
import { runBenchmarks } from '../../benchmarks/support/run-benchmarks';

const createBenchmark = (value: number): Benchmark => ({
  about: '',
  run: async () => [requireAtMost('size', value, 10, String)],
});
const createFailingBenchmark = (error: Error): Benchmark => ({ about: '', run: async () => { throw error; } });

async function run(
  benchmarks: Record<string, Benchmark>,
): Promise<{ isFailed: boolean; notRun: readonly string[]; text: string }> {
  const written: string[] = [];
  const outcome = await runBenchmarks(new Map(Object.entries(benchmarks)), text => written.push(text));
  return { ...outcome, text: written.join('\n') };
}

test('a benchmark that cannot run is listed at the end, and the next one runs', async () => {
  const { isFailed, notRun, text } = await run({
    first: createFailingBenchmark(new CannotRun('it needs a thing')),
    second: createBenchmark(5),
  });
  expect({ isFailed, notRun }).toEqual({ isFailed: false, notRun: ['first: it needs a thing'] });
  expect(text).toMatch(/│ second +│[^]*pass[^]*Not run:\n {2}first: it needs a thing$/);
});

test('a benchmark that fails is a failure, and the next one runs', async () => {
  const { isFailed, text } = await run({
    first: createFailingBenchmark(new Error('out of order')),
    second: createBenchmark(5),
  });
  expect(isFailed).toBe(true);
  expect(text).toMatch(/^first failed: out of order\n[^]*│ second/);
});

test('a missed goal is a failure, wherever it stands', async () => {
  expect(await run({ first: createBenchmark(11), second: createBenchmark(5) })).toMatchObject({ isFailed: true });
  expect(await run({ first: createBenchmark(5) })).toMatchObject({ isFailed: false });
});
