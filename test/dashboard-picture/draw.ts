import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { drawGraph } from './graph';
import { drawAlarms, drawMarkdown, drawState, drawTable, type AlarmState } from './panels';
import { sampleTable } from './sample-tables';
import { computeSeries } from './series';
import { drawBox, drawText, INK, type Box } from './svg';
import { ImageService } from '../../src';
import { testApp } from '../construct/synth';
import { readDashboards, type Widget } from '../support/dashboard-definition';

const WIDTH = 1320;
const MARGIN = 20;
const GAP = 10;
const COLUMN = (WIDTH - 2 * MARGIN + GAP) / 24;
/** Height of a row of the grid. */
const ROW = 47;
const HEAD = 62;

/** The alarm that is still in ALARM at the end of the sample day: two messages wait for an operator. */
const IN_ALARM = ['DeadLetters'];

/** Draws the dashboard of a service with default props in us-east-1, with a day of sample data, as SVG. */
export function drawDashboard(): string {
  const template = synthesizeDefaults();
  const [{ name, body: { widgets } }] = readDashboards(template, { 'AWS::Region': 'us-east-1' });
  const states = readAlarms(template);
  const height = HEAD + ROW * Math.max(...widgets.map(widget => widget.y + widget.height)) + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">`,
    drawBox({ x: 0, y: 0, width: WIDTH, height }, '#f2f3f3'),
    drawHead(name),
    ...widgets.map(widget => drawWidget(widget, states)),
    '</svg>',
  ].join('\n');
}

function synthesizeDefaults(): Template {
  const stack = new Stack(testApp(), 'Photos', { env: { account: '111122223333', region: 'us-east-1' } });
  new ImageService(stack, 'Images');
  return Template.fromStack(stack);
}

/** By logical id, with the last word of each alarm's name. */
function readAlarms(template: Template): Record<string, AlarmState> {
  const alarms = {
    ...template.findResources('AWS::CloudWatch::Alarm'), ...template.findResources('AWS::CloudWatch::CompositeAlarm'),
  };
  return Object.fromEntries(Object.entries(alarms).map(([id, { Properties }]) => {
    const name = (Properties as { AlarmName: string }).AlarmName.split('-').at(-1)!;
    return [id, { name, isAlarm: IN_ALARM.includes(name) }];
  }));
}

function drawHead(name: string): string {
  const bar = drawBox({ x: 0, y: 0, width: WIDTH, height: HEAD - 14 }, '#1b2532');
  const note = 'Sample data: one day, with an outage of storage at 13:00';
  return bar + drawText(MARGIN, 31, name, { size: 18, fill: '#ffffff', bold: true })
    + drawText(WIDTH - MARGIN, 30, note, { size: 13, fill: '#c8d1dc', anchor: 'end' });
}

function drawWidget(widget: Widget, states: Readonly<Record<string, AlarmState>>): string {
  const { type, properties: { title = '' } } = widget;
  const card = {
    x: MARGIN + widget.x * COLUMN,
    y: HEAD + widget.y * ROW,
    width: widget.width * COLUMN - GAP,
    height: widget.height * ROW - GAP,
  };
  if (type === 'text' && widget.height === 1) return drawMarkdown(widget, card);
  if (type === 'text') return drawCard(card) + drawMarkdown(widget, { ...card, x: card.x + 14, width: card.width - 28 });
  const inside = { x: card.x + 14, y: card.y + 34, width: card.width - 28, height: card.height - 44 };
  const head = drawText(inside.x, card.y + 22, title, { size: 14.5, bold: true });
  return drawCard(card) + head + drawContent(widget, inside, states);
}

function drawCard(card: Box): string {
  return drawBox(card, '#ffffff', 6, INK.LINE);
}

function drawContent(widget: Widget, inside: Box, states: Readonly<Record<string, AlarmState>>): string {
  const { type, properties: { title = '', alarms = [] } } = widget;
  if (type === 'metric') return drawGraph(widget, computeSeries(widget), inside);
  if (type === 'log') {
    const { columns, rows } = sampleTable(title);
    return drawTable(columns, rows, inside);
  }
  const shown = alarms.map(id => states[id]);
  return shown.length === 1 ? drawState(shown[0], inside) : drawAlarms(shown, inside);
}
