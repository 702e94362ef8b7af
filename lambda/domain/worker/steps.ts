import { inspectHeader } from './inspect-header';
import { makeVariants } from './make-variants';
import { readOriginal } from './read-original';
import { recallRejection } from './recall-rejection';
import { scanOriginal } from './scan-original';
import type { Step } from './step';
import { storeVariants } from './store-variants';

/**
 * The steps of a worker, in this order. The cheapest steps with the most rejections come first. Decoders see only
 * inspected and scanned bytes, and nothing is stored before all variants are made. The first step that ends the work
 * decides.
 */
export const examine = chainSteps(
  readOriginal,
  recallRejection,
  inspectHeader,
  scanOriginal,
  makeVariants,
  storeVariants,
);

function chainSteps<A, B, C, D, E, F, G>(
  a: Step<A, B>, b: Step<B, C>, c: Step<C, D>, d: Step<D, E>, e: Step<E, F>, f: Step<F, G>,
): Step<A, G> {
  const steps = [a, b, c, d, e, f] as Step<unknown, unknown>[];
  return async (deps, task) => {
    let work: unknown = task;
    for (const step of steps) {
      work = await step(deps, work);
      if (isEnd(work)) break;
    }
    return work as G;
  };
}

function isEnd(work: unknown): boolean {
  return typeof work === 'object' && work !== null && 'end' in work;
}
