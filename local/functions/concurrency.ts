/**
 * Runs at most `size` tasks at a time, in order of arrival. A Lambda environment handles one request at a time, and its
 * time-outs start then. If this process started a thousand requests at once, they would time out while they wait for
 * each other.
 */
export function limitConcurrency(size: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async work => {
    if (running < size) running++;
    else await new Promise<void>(resolve => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
