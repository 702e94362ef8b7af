import Table from 'cli-table3';
import type { Need } from './needs';

/** One line of a benchmark's table. A figure without a goal only informs. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly goal?: string;
  readonly pass?: boolean;
}

export interface Benchmark {
  readonly about: string;
  /** The needs are built, or demanded, before the benchmark runs. */
  readonly needs?: readonly Need[];
  run(): Promise<Figure[]>;
}

function formatVerdict({ pass }: Figure): string {
  if (pass === undefined) return '';
  return pass ? 'pass' : 'MISS';
}

export function formatTable(title: string, figures: readonly Figure[]): string {
  const table = new Table({ head: [title, 'figure', 'goal', ''], style: { head: [], border: [] } });
  table.push(...figures.map(figure => [figure.name, figure.value, figure.goal ?? '', formatVerdict(figure)]));
  return table.toString();
}

/** A figure with an upper limit as its goal. */
export function requireAtMost(name: string, value: number, goal: number, show: (value: number) => string): Figure {
  return { name, value: show(value), goal: `≤ ${show(goal)}`, pass: value <= goal };
}

/** A figure with a lower limit as its goal. */
export function requireAtLeast(name: string, value: number, goal: number, show: (value: number) => string): Figure {
  return { name, value: show(value), goal: `≥ ${show(goal)}`, pass: value >= goal };
}

export function buildFigure(name: string, value: string): Figure {
  return { name, value };
}
