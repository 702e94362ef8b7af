import { type Benchmark, type Figure, buildFigure } from './support/figures';
import { DEFAULT_VARIANTS } from '../src/contract';
import { type Cell, scoreCells } from './support/imaging/quality-cells';
import { computeMean } from './support/imaging/quality-figures';
import { FORMATS, type LossyFormat, SIDES } from './support/imaging/task';

/** Scores and sizes of every cell of P1, for ours and the naive peer, and of the default variants. */
async function run(): Promise<Figure[]> {
  const sides = [...new Set([...SIDES, ...DEFAULT_VARIANTS.map(({ width }) => width)])].sort((a, b) => b - a);
  const cells = await scoreCells(['ours', 'naive'], sides);
  return sides.flatMap(side => FORMATS.map(
    format => buildFigure(nameFigure(side, format), describe(cells, side, format)),
  ));
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
  const formatScores = (of: readonly Cell[]): string =>
    `${computeMean(of.map(({ score }) => score)).toFixed(1)} (${of.map(({ score }) => score.toFixed(0)).join(' ')})`;
  const formatKilobytes = (of: readonly Cell[]): string =>
    `${(computeMean(of.map(({ bytes }) => bytes)) / 1000).toFixed(1)} KB`;
  return `${formatScores(ours)}, ${formatKilobytes(ours)}; naive ${formatScores(naive)}, ${formatKilobytes(naive)}`;
}

export const benchmark: Benchmark = {
  about: 'SSIMULACRA2 and bytes of variants, ours and the naive peer\'s (needs Python)',
  needs: ['photographs', 'Python'],
  run,
};
