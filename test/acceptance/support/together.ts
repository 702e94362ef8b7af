import type { TestEnvironment } from '../../environments/environment';

/** Runs `work` for each item, at most `width` at a time, and keeps the order of results. */
export async function together<T, R>(
  items: readonly T[], work: (item: T, index: number) => Promise<R>, width = 8,
): Promise<R[]> {
  const results: R[] = new Array<R>(items.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i], i);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return results;
}

/** Retries an expectation until it holds: a list may lag a few seconds. */
export async function eventually(expectation: () => Promise<void>, milliseconds = 10_000): Promise<void> {
  for (const end = performance.now() + milliseconds; ;) {
    try {
      return await expectation();
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }
}

/** As many indexes as the test wants, limited by the environment's concurrency. */
export function crowd(environment: TestEnvironment, wanted: number): number[] {
  return range(Math.min(wanted, environment.maxConcurrency ?? wanted));
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
