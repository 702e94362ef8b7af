import { requireAtLeast, requireAtMost, type Figure, buildFigure } from '../figures';
import { type Cell, scoreCells } from './quality-cells';
import { SIDES } from './task';

/** P1 allows a cell to look this much worse than the peer's. */
const TOLERANCE = -0.5;

/** The visual quality goals of P1 and P4. */
export async function measureQuality(): Promise<Figure[]> {
  const cells = await scoreCells(['ours', 'naive', 'shrink on load'], SIDES);
  return [...compareWithNaive(cells), ...compareShrinking(cells)];
}

function compareWithNaive(cells: readonly Cell[]): Figure[] {
  const pairs = pairCells(cells, 'naive');
  const [worst] = [...pairs].sort((a, b) => computeGain(a) - computeGain(b));
  const below = pairs.filter(pair => computeGain(pair) < TOLERANCE).length;
  return [
    buildFigure(`P1: cells of ${pairs.length} that look worse than naive by more than 0.5`, String(below)),
    requireAtLeast(
      `P1: SS2 against naive, worst cell (${worst.ours.photo}, ${worst.ours.side} ${worst.ours.format})`,
      computeGain(worst),
      TOLERANCE,
      formatPoints,
    ),
  ];
}

/** Both sides use the same encoder settings: only the resizing of the pixels differs. */
function compareShrinking(cells: readonly Cell[]): Figure[] {
  return [[800, 2], [320, 1]].flatMap(([side, goal]) => {
    const pairs = pairCells(cells, 'shrink on load').filter(({ ours }) => ours.side === side);
    const bytes = computeMean(pairs.map(({ ours, peer }) => ours.bytes / peer.bytes)) - 1;
    return [
      requireAtLeast(
        `P4: SS2 at ${side} against shrink on load, mean`, computeMean(pairs.map(computeGain)), goal, formatPoints,
      ),
      requireAtMost(`P4: bytes at ${side}, mean`, bytes, 0.05, share => `+${(share * 100).toFixed(1)} %`),
    ];
  });
}

interface Pair {
  readonly ours: Cell;
  readonly peer: Cell;
}

function pairCells(cells: readonly Cell[], how: Cell['how']): Pair[] {
  return cells.filter(cell => cell.how === 'ours').map(ours => ({
    ours,
    peer: cells.find(
      cell => cell.how === how && cell.photo === ours.photo && cell.side === ours.side && cell.format === ours.format,
    )!,
  }));
}

function computeGain({ ours, peer }: Pair): number {
  return ours.score - peer.score;
}

export function computeMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function formatPoints(value: number): string {
  return `${value >= 0 ? '+' : ''}${value.toFixed(1)}`;
}
