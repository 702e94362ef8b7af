import { sampleDay } from './sample-day';
import { isMetric, listMetrics, type Widget } from '../support/dashboard-definition';

/** A line of a graph. */
export interface Series {
  readonly label: string;
  readonly color: string;
  readonly axis: 'left' | 'right';
  readonly values: readonly (number | undefined)[];
}

type Values = readonly (number | undefined)[];

/** Computes the visible lines of a widget from sample data. */
export function computeSeries(widget: Widget): Series[] {
  const lines = listMetrics(widget);
  const samples = lines.filter(isMetric).map(line => ({ id: line.options.id, values: sampleDay(line) }));
  const known = Object.fromEntries(samples.flatMap(({ id, values }) => (id ? [[id, values]] : [])));
  let next = 0;
  return lines.flatMap(line => {
    const values = isMetric(line) ? samples[next++].values : calculate(line.options.expression, known);
    const { label, color, yAxis: axis = 'left', visible = true } = line.options;
    return visible ? [{ label: label!, color: color!, axis, values }] : [];
  });
}

/** An id, then operators and numbers, from left to right. The dashboard needs no more of CloudWatch's metric math. */
function calculate(expression: string, known: Readonly<Record<string, Values>>): Values {
  const [id, ...rest] = expression.split(' ');
  if (!known[id] || rest.some((part, i) => !(i % 2 === 0 ? /^[*/]$/ : /^\d+$/).test(part))) {
    throw new Error(`series.ts must know the expressions of the dashboard, got: ${expression}`);
  }
  const factor = rest.reduce((product, part, i) => {
    if (i % 2 === 0) return product;
    return rest[i - 1] === '*' ? product * Number(part) : product / Number(part);
  }, 1);
  return known[id].map(value => (value === undefined ? undefined : value * factor));
}
