import { Costs } from './cost/costs';
import { describeFigures } from './cost/figures';
import { takeBasis } from './cost/take-basis';
import { storeMeasured, writeDocument } from './cost/write-document';
import type { Benchmark } from './support/figures';

/** @param isWriting also stores the measurements, and writes their figures to docs/costs.md */
function createBenchmark(isWriting: boolean): Benchmark {
  return {
    about: 'P14: dollars for a million uploads and views by list prices, measured calls and CPU, against a naive peer and DIT\'s approach',
    needs: ['photographs', 'worker zip files'],
    run: async () => {
      const basis = await takeBasis();
      if (isWriting) {
        storeMeasured(basis.measured);
        writeDocument();
      }
      return describeFigures(new Costs(basis));
    },
  };
}

export const benchmark = createBenchmark(false);
export const writingBenchmark = createBenchmark(true);
