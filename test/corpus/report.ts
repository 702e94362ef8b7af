import Table from 'cli-table3';
import { findGoal } from './expectations';
import type { Result, Run } from './run';
import { requireAtMost, type Figure, buildFigure, formatTable } from '../../benchmarks/support/figures';
import { computeQuantile } from '../../benchmarks/support/rounds';
import { IMAGE_LIMITS } from '../../src/contract';

/** The printed report of a run, and whether it met all goals. */
export interface Report {
  readonly text: string;
  readonly isMet: boolean;
}

/**
 * Limit for the time that an image may occupy the local server (which takes two at once) or delay the next one. On
 * Lambda a worker takes one.
 */
const MAX_SECONDS = 15;

export function report(run: Run): Report {
  const verdicts = [...new Set(run.results.map(({ verdict }) => verdict))];
  const table = new Table({
    head: ['verdict', 'files', 'as expected', 'goal', '', 'misses'],
    style: { head: [], border: [] },
  });
  const rows = verdicts.map(verdict => formatRow(verdict, run.results.filter(result => result.verdict === verdict)));
  table.push(...rows.map(({ cells }) => cells));
  const figures = computeFigures(run);
  return {
    text: `${table.toString()}\n\n${formatTable('corpus', figures)}`,
    isMet: rows.every(({ isMet }) => isMet) && figures.every(({ pass }) => pass !== false),
  };
}

function formatRow(verdict: string, results: readonly Result[]): { isMet: boolean; cells: string[] } {
  const misses = results.filter(({ isExpected }) => !isExpected);
  const share = 1 - misses.length / results.length;
  const isMet = share >= findGoal(verdict);
  const listed = misses.map(({ name, status, code = '' }) => `${name} ${status} ${code}`.trim()).join('\n');
  const percent = (of: number): string => `${(of * 100).toFixed(1)} %`;
  return {
    isMet,
    cells: [
      verdict, String(results.length), percent(share), `≥ ${percent(findGoal(verdict))}`, isMet ? 'pass' : 'MISS', listed,
    ],
  };
}

function computeFigures(run: Run): Figure[] {
  const seconds = run.results.map(({ ms }) => ms / 1000);
  const late = [...run.results, ...run.behindBombs].filter(({ ms }) => ms > MAX_SECONDS * 1000);
  return [
    buildFigure(
      'from confirm to a verdict, p50 / p99',
      `${inSeconds(computeQuantile(seconds, 0.5))} / ${inSeconds(computeQuantile(seconds, 0.99))}`,
    ),
    requireAtMost('longest of all', Math.max(...seconds), MAX_SECONDS, inSeconds),
    none('images that took longer', late),
    ...run.behindBombs.length > 0 ? figuresBehindBombs(run.behindBombs) : [],
    none('answers that speak of a decoder', run.leaks.map(name => ({ name }))),
    buildFigure('decoders ended at work, of all started', `${run.deaths} of ${run.decoders}`),
    requireAtMost(
      'memory of a decoder, at most', run.decoderMiB, IMAGE_LIMITS.decodeMemoryMiB, value => `${value.toFixed(0)} MiB`,
    ),
  ];
}

function figuresBehindBombs(good: readonly Result[]): Figure[] {
  return [
    requireAtMost(
      'good image behind a bomb, longest (two pollers)',
      Math.max(...good.map(({ ms }) => ms / 1000)),
      MAX_SECONDS,
      inSeconds,
    ),
    none('good images behind a bomb that were not made', good.filter(({ status }) => status !== 'ready')),
  ];
}

function inSeconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

function none(name: string, found: readonly { readonly name: string }[]): Figure {
  const value = [String(found.length), ...found.map(each => each.name.slice(0, 200))].join('\n');
  return { name, value, goal: '0', pass: found.length === 0 };
}
