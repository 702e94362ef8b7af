/** Runs `work` for all items, at most `size` at a time. */
export async function runInParallel<T>(
  items: readonly T[], size: number, work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const runWorker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(size, items.length) }, runWorker));
}
