/**
 * Absolute times drift on a busy machine; ratios within one round drift much less. The number is odd, so that the
 * median is one of them.
 */
const ROUNDS = 9;

export function computeMedian(values: readonly number[]): number {
  return computeQuantile(values, 0.5);
}

/** Nearest rank. */
export function computeQuantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new Error('a quantile needs at least one value, got: none');
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** User and system time of this process, in microseconds. */
export async function measureCpuMicros(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Prints a dot: some benchmarks take ten minutes. */
export function showProgress(): void {
  process.stderr.write('.');
}

export interface Comparison {
  readonly ours: number;
  readonly peer: number;
  /** Median of the ratios of each round. */
  readonly ratio: number;
}

export type Sampler = (round: number) => Promise<number>;

/** Measures both in every round, and alternates which is first. */
export async function compare(ours: Sampler, peer: Sampler, rounds = ROUNDS): Promise<Comparison> {
  const samples: { ours: number; peer: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const oursFirst = round % 2 === 0;
    const first = await (oursFirst ? ours : peer)(round);
    const second = await (oursFirst ? peer : ours)(round);
    samples.push(oursFirst ? { ours: first, peer: second } : { ours: second, peer: first });
    showProgress();
  }
  return {
    ours: computeMedian(samples.map(sample => sample.ours)),
    peer: computeMedian(samples.map(sample => sample.peer)),
    ratio: computeMedian(samples.map(sample => sample.ours / sample.peer)),
  };
}
