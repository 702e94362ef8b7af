import { readFileSync, statSync } from 'node:fs';
import { drawDashboard } from './draw';
import { computeHash, PICTURE, PICTURE_HASH } from './files';
import { POINTS, sampleDay } from './sample-day';
import { computeSeries } from './series';
import { synthesize } from '../construct/synth';
import { readDashboards, type Widget, type WidgetMetric } from '../support/dashboard-definition';

const svg = drawDashboard();

function find(title: string): Widget {
  const [{ body }] = readDashboards(synthesize().template);
  return body.widgets.find(({ properties }) => properties.title === title)!;
}

test('the picture in docs/images shows the dashboard as it is; if not, run npm run picture:dashboard', () => {
  expect(readFileSync(PICTURE_HASH, 'utf8').trim()).toBe(computeHash(svg));
});

test('the picture is drawn the same each time', () => {
  expect(drawDashboard()).toBe(svg);
});

test('the picture has at most 300 KB, since it ships with the documents', () => {
  expect(statSync(PICTURE).size).toBeLessThanOrEqual(300_000);
});

test('the picture shows each title of the dashboard, and the lines of its graphs', () => {
  const [{ body }] = readDashboards(synthesize().template);
  const titles = body.widgets.flatMap(({ properties: { title } }) => title ?? []);
  expect(titles.filter(title => !svg.includes(`>${title}</text>`))).toEqual([]);
  expect(svg.match(/<polyline/g)!.length).toBeGreaterThan(40);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

test('an incident crosses the thresholds that its alarms have', () => {
  for (const title of ['API errors', 'API latency', 'Messages that wait', 'Processed images']) {
    const widget = find(title);
    const [{ value, yAxis }] = widget.properties.annotations!.horizontal;
    const values = computeSeries(widget).filter(({ axis }) => axis === yAxis).flatMap(series => series.values);
    expect([title, Math.max(...values.map(each => each ?? 0)) >= value]).toEqual([title, true]);
  }
});

test('expressions are computed from the samples of their metrics', () => {
  const [api] = computeSeries(find('Lambda: GB-seconds'));
  const duration: WidgetMetric = {
    namespace: 'AWS/Lambda',
    name: 'Duration',
    dimensions: { FunctionName: 'ImagesApiFunctionHandlerFunctionE0EE94F0' },
    options: { stat: 'Sum', label: 'Api' },
  };
  expect(api.values).toHaveLength(POINTS);
  expect(api.values).toEqual(sampleDay(duration).map(value => expect.closeTo(value! / 1000 * 512 / 1024, 6)));
});

test('a metric without samples is an error that names it', () => {
  const metric = { namespace: 'AWS/Lambda', name: 'Throttles', dimensions: {}, options: { stat: 'Sum' } };
  expect(() => sampleDay(metric)).toThrow(/got: Throttles Sum/);
});
