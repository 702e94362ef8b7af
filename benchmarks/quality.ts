import { type Benchmark, type Figure, informs } from './support/figures';
import { DEFAULT_VARIANTS } from '../src/contract';
import { type Cell, scoreCells } from './support/imaging/quality-cells';
import { mean } from './support/imaging/quality-figures';
import { FORMATS, type LossyFormat, SIDES } from './support/imaging/task';

/** Scores and sizes of every cell of P1, for ours and the naive peer, and of the default variants. */
async function run(): Promise<Figure[]> {
  const sides = [...new Set([...SIDES, ...DEFAULT_VARIANTS.map(({ width }) => width)])].sort((a, b) => b - a);
  const cells = await scoreCells(['ours', 'naive'], sides);
  return sides.flatMap(side => FORMATS.map(format => informs(nameFigure(side, format), describe(cells, side, format))));
}

function nameFigure(side: number, format: LossyFormat): string {
  const variant = DEFAULT_VARIANTS.find(({ width }) => width === side);
  return `${side} ${format}${variant ? ` (${variant.name})` : ''}`;
}

/** The mean over the photos, and the value of each photo. */
function describe(cells: readonly Cell[], side: number, format: LossyFormat): string {
  const [ours, naive] = (['ours', 'naive'] as const).map(
    how => cells.filter(cell => cell.how === how && cell.side === side && cell.format === format),
  );
  const scores = (of: readonly Cell[]): string =>
    `${mean(of.map(({ score }) => score)).toFixed(1)} (${of.map(({ score }) => score.toFixed(0)).join(' ')})`;
  const kilobytes = (of: readonly Cell[]): string => `${(mean(of.map(({ bytes }) => bytes)) / 1000).toFixed(1)} KB`;
  return `${scores(ours)}, ${kilobytes(ours)}; naive ${scores(naive)}, ${kilobytes(naive)}`;
}

export const benchmark: Benchmark = {
  about: 'SSIMULACRA2 and bytes of variants, ours and the naive peer\'s (needs Python)',
  needs: ['photographs', 'Python'],
  run,
};
