/**
 * Runs at most `size` pieces of work at a time, in the order in which they came. A Lambda environment takes one request at a
 * time, and its time-outs count from there: a process that took a thousand at once would let them all run out in its own queue.
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
