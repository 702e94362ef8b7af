import { POINTS, START_HOUR } from './sample-day';
import type { Series } from './series';
import { drawBox, drawLine, drawText, INK, measureText, round, type Box } from './svg';
import type { Annotation, Widget } from '../support/dashboard-definition';

const LEGEND_LINE = 19;
const TICK_SIZE = 12;

interface Axis {
  readonly side: 'left' | 'right';
  readonly label: string;
  /** Top of the axis; the bottom is 0. */
  readonly max: number;
  readonly step: number;
}

/** Draws a graph over a day, into the part of a card below its title. */
export function drawGraph({ properties }: Widget, series: readonly Series[], box: Box): string {
  const { yAxis, stacked = false, annotations } = properties;
  const lines = annotations?.horizontal ?? [];
  const shown = stacked ? stack(series) : series;
  const left = chooseAxis('left', yAxis!.left.label, shown, lines);
  const right = yAxis!.right && chooseAxis('right', yAxis!.right.label, shown, lines);
  const legend = arrangeLegend(series, box.width);
  const plot = {
    x: box.x + 46,
    y: box.y + 24,
    width: box.width - 46 - (right ? 46 : 6),
    height: box.height - 50 - LEGEND_LINE * legend.length,
  };
  const axisOf = (name: 'left' | 'right') => (name === 'right' && right ? right : left);
  /** How many samples lie in a part of the plot. */
  const countBetween = (part: Box) => shown.flatMap(({ axis, values }) => (
    values.map((value, i) => place(value ?? 0, i, axisOf(axis), plot)).filter(([x, y]) => contains(part, x, y))
  )).length;
  return [
    drawAxis(left, plot), right ? drawAxis(right, plot) : '', drawHours(plot),
    ...stacked
      ? [...shown].reverse().map(each => drawArea(each, left, plot))
      : shown.map(each => drawSeries(each, axisOf(each.axis), plot)),
    ...lines.map(line => drawAnnotation(line, axisOf(line.yAxis), plot, countBetween)),
    ...legend.flatMap((row, i) => {
      const y = plot.y + plot.height + 38 + i * LEGEND_LINE;
      return row.map(entry => drawLegendEntry(entry, box, y));
    }),
  ].join('');
}

function stack(series: readonly Series[]): Series[] {
  const sums = Array<number>(POINTS).fill(0);
  return series.map(each => ({ ...each, values: each.values.map((value, i) => sums[i] += value ?? 0) }));
}

function chooseAxis(side: Axis['side'], label: string, series: readonly Series[], lines: readonly Annotation[]): Axis {
  const values = series.filter(({ axis }) => axis === side).flatMap(({ values: all }) => all.map(value => value ?? 0));
  const most = Math.max(...values, ...lines.filter(({ yAxis }) => yAxis === side).map(({ value }) => value), 1e-9);
  const step = [1, 2, 2.5, 5, 10].map(factor => factor * 10 ** Math.floor(Math.log10(most / 4)))
    .find(candidate => candidate * 4 >= most * 1.04)!;
  return { side, label, step, max: Math.ceil(most * 1.04 / step) * step };
}

function drawAxis({ side, label, step, max }: Axis, plot: Box): string {
  const isLeft = side === 'left';
  const x = isLeft ? plot.x - 7 : plot.x + plot.width + 7;
  const anchor = isLeft ? 'end' : 'start';
  const ticks = Array.from({ length: Math.round(max / step) + 1 }, (_, i) => i * step);
  const drawn = ticks.map(value => {
    const y = plot.y + plot.height * (1 - value / max);
    const grid = isLeft ? drawLine([[plot.x, y], [plot.x + plot.width, y]], INK.LINE, 'stroke-width="1"') : '';
    return grid + drawText(x, y + 4, formatNumber(value), { size: TICK_SIZE, fill: INK.QUIET, anchor });
  });
  const edge = isLeft ? plot.x - 40 : plot.x + plot.width + 40;
  const title = drawText(edge, plot.y - 11, label, { size: 11.5, fill: INK.QUIET, anchor: isLeft ? 'start' : 'end' });
  return drawn.join('') + title;
}

/** `1500` is `1.5k`. */
function formatNumber(value: number): string {
  const [divisor, unit] = value >= 1e6 ? [1e6, 'M'] : value >= 1000 ? [1000, 'k'] : [1, ''];
  return `${Number((value / divisor).toPrecision(3))}${unit}`;
}

function drawHours(plot: Box): string {
  const y = plot.y + plot.height;
  return [3, 9, 15, 21].map(hours => {
    const x = plot.x + plot.width * hours / 24;
    const words = `${String((START_HOUR + hours) % 24).padStart(2, '0')}:00`;
    return drawLine([[x, y], [x, y + 4]], INK.QUIET, 'stroke-width="1"')
      + drawText(x, y + 17, words, { size: TICK_SIZE, fill: INK.QUIET, anchor: 'middle' });
  }).join('');
}

function place(value: number, i: number, axis: Axis, plot: Box): [number, number] {
  return [plot.x + plot.width * i / (POINTS - 1), plot.y + plot.height * (1 - Math.min(1, value / axis.max))];
}

/** A metric without data at a time has a gap there; a single sample is a dot. */
function drawSeries({ values, color }: Series, axis: Axis, plot: Box): string {
  const runs: [number, number][][] = [[]];
  values.forEach((value, i) => {
    if (value === undefined) runs.push([]);
    else runs.at(-1)!.push(place(value, i, axis, plot));
  });
  return runs.map(run => (
    run.length === 1
      ? `<circle cx="${round(run[0][0])}" cy="${round(run[0][1])}" r="2.5" fill="${color}"/>`
      : drawLine(run, color)
  )).join('');
}

function drawArea({ values, color }: Series, axis: Axis, plot: Box): string {
  const points = values.map((value, i) => place(value ?? 0, i, axis, plot));
  const bottom = plot.y + plot.height;
  const outline = [[plot.x, bottom], ...points, [plot.x + plot.width, bottom]];
  return `<polygon points="${outline.map(([x, y]) => `${round(x)},${round(y)}`).join(' ')}" fill="${color}"/>`;
}

function contains({ x, y, width, height }: Box, atX: number, atY: number): boolean {
  return atX >= x && atX <= x + width && atY >= y && atY <= y + height;
}

/** A dashed line, with its label where the fewest samples are. */
function drawAnnotation(
  { value, label, color }: Annotation, axis: Axis, plot: Box, countBetween: (part: Box) => number,
): string {
  const [, y] = place(value, 0, axis, plot);
  const width = measureText(label, 11.5) + 6;
  const room = plot.width - width - 8;
  const parts = [0, 0.25, 0.5, 0.75, 1].map(share => ({ x: plot.x + 4 + share * room, y: y - 18, width, height: 15 }));
  const [best] = parts.map(part => ({ part, count: countBetween(part) })).sort((a, b) => a.count - b.count);
  return drawLine([[plot.x, y], [plot.x + plot.width, y]], color, 'stroke-width="1.3" stroke-dasharray="6 4"')
    + drawBox(best.part, '#ffffffd9', 2)
    + drawText(best.part.x + 3, y - 6, label, { size: 11.5, fill: color });
}

interface LegendEntry {
  readonly series: Series;
  readonly x: number;
}

/** Wraps the labels into rows. */
function arrangeLegend(series: readonly Series[], width: number): LegendEntry[][] {
  const rows: LegendEntry[][] = [[]];
  let x = 0;
  for (const each of series) {
    const needed = 16 + measureText(each.label, 12.5) + 14;
    if (x > 0 && x + needed - 14 > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)!.push({ series: each, x });
    x += needed;
  }
  return rows;
}

function drawLegendEntry({ series: { label, color }, x }: LegendEntry, box: Box, y: number): string {
  return drawBox({ x: box.x + x, y: y - 9, width: 10, height: 10 }, color, 2)
    + drawText(box.x + x + 15, y, label, { size: 12.5 });
}
