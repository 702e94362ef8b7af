import { drawBox, drawText, INK, measureText, truncate, type Box, type TextStyle } from './svg';
import type { Widget } from '../support/dashboard-definition';

const LINE = 20;
const TILE_TEXT = 12;
const CELL_TEXT = 12.5;
/** Room between two links. */
const SEPARATOR = 20;

export interface AlarmState {
  readonly name: string;
  readonly isAlarm: boolean;
}

/** A tile for each alarm. Alarms that are in ALARM come first, as CloudWatch sorts them. */
export function drawAlarms(alarms: readonly AlarmState[], box: Box): string {
  const sorted = [...alarms].sort((a, b) => Number(b.isAlarm) - Number(a.isAlarm));
  const longest = Math.max(...sorted.map(({ name }) => measureText(name, TILE_TEXT)));
  const columns = Math.max(1, Math.floor(box.width / (longest + 22)));
  const rows = Math.ceil(sorted.length / columns);
  const pitch = Math.min(30, box.height / rows);
  const width = (box.width + 6) / columns - 6;
  return sorted.map((alarm, i) => {
    const x = box.x + (i % columns) * (width + 6);
    const y = box.y + Math.floor(i / columns) * pitch;
    return drawAlarm(alarm, { x, y, width, height: pitch - 3 });
  }).join('');
}

function drawAlarm({ name, isAlarm }: AlarmState, tile: Box): string {
  const size = Math.min(TILE_TEXT, tile.height * 0.82);
  const [background, ink] = isAlarm ? ['#d13212', '#ffffff'] : ['#e9f5e6', INK.TEXT];
  return drawBox(tile, background, 3) + (isAlarm ? '' : drawBox({ ...tile, width: 4 }, INK.GOOD, 2))
    + drawText(tile.x + 10, tile.y + tile.height / 2 + size * 0.36, truncate(name, tile.width - 12, size), {
      size, fill: ink, bold: isAlarm,
    });
}

/** The composite alarm as one large tile. */
export function drawState({ name, isAlarm }: AlarmState, box: Box): string {
  const [fill, words] = isAlarm ? [INK.BAD, 'In alarm'] : [INK.GOOD, 'OK'];
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  return drawBox(box, fill, 6)
    + drawText(x, y + 4, words, { size: 30, fill: '#ffffff', bold: true, anchor: 'middle' })
    + drawText(x, y + 30, `Alarm ${name}`, { size: 13, fill: '#ffffff', anchor: 'middle' });
}

export interface Row {
  readonly cells: readonly string[];
}

/** A table of results: text to the left, numbers to the right. */
export function drawTable(columns: readonly string[], rows: readonly Row[], box: Box): string {
  const isText = columns.map((_, i) => Number.isNaN(Number(rows[0].cells[i].replaceAll(' ', ''))));
  const widths = columns.map((title, i) => (
    14 + Math.max(...[title, ...rows.map(({ cells }) => cells[i])].map(words => measureText(words, CELL_TEXT)))
  ));
  // The last column of text takes the room that is left, or lacks the room that is missing.
  const flexible = isText.lastIndexOf(true);
  widths[flexible] += box.width - widths.reduce((sum, width) => sum + width, 0);
  const starts = widths.map((_, i) => box.x + widths.slice(0, i).reduce((sum, width) => sum + width, 0));
  const drawRow = (cells: readonly string[], y: number, fill: string) => cells.map((cell, i) => (
    isText[i]
      ? drawText(starts[i], y, truncate(cell, widths[i], CELL_TEXT), { size: CELL_TEXT, fill })
      : drawText(starts[i] + widths[i], y, cell, { size: CELL_TEXT, fill, anchor: 'end' })
  )).join('');
  const pitch = 27;
  const shown = rows.slice(0, Math.floor((box.height - 24) / pitch));
  return drawRow(columns, box.y + 13, INK.QUIET) + shown.map(({ cells }, i) => {
    const y = box.y + 24 + i * pitch;
    return drawBox({ x: box.x, y, width: box.width, height: 1 }, INK.LINE) + drawRow(cells, y + 18, INK.TEXT);
  }).join('');
}

/** Markdown of the dashboard's texts: a heading, or paragraphs with bold words and links. */
export function drawMarkdown({ properties: { markdown = '' } }: Widget, box: Box): string {
  const heading = /^## (.*)$/.exec(markdown);
  if (heading) return drawText(box.x, box.y + box.height - 13, heading[1], { size: 21, bold: true });
  let y = box.y + 22;
  return markdown.split('\n\n').map(paragraph => {
    const { drawn, lines } = drawParagraph(paragraph, box, y);
    y += lines * LINE + 8;
    return drawn;
  }).join('');
}

function drawParagraph(paragraph: string, box: Box, top: number): { drawn: string; lines: number } {
  let [x, line] = [0, 0];
  const drawn = listParts(paragraph).map(({ words, style }, i) => {
    const width = measureText(words, 13, style.bold);
    if (x > 0 && x + SEPARATOR + width > box.width) [x, line] = [0, line + 1];
    const before = x > 0 ? SEPARATOR : 0;
    const y = top + line * LINE;
    // The first part is the title of the paragraph.
    const dot = before > 0 && i > 1 ? drawText(box.x + x + before / 2, y, '·', { fill: INK.QUIET, anchor: 'middle' }) : '';
    x += before + width;
    return dot + drawText(box.x + x - width, y, words, { size: 13, ...style });
  });
  return { drawn: drawn.join(''), lines: line + 1 };
}

/** Bold words and links. Between links, the text of the dashboard has dots, which wrapped lines do not need. */
function listParts(paragraph: string): { words: string; style: TextStyle }[] {
  return [...paragraph.matchAll(/\*\*(.+?)\*\*|\[(.+?)\]\([^)]*\)/g)].map(([, bold, link]) => (
    bold ? { words: bold, style: { bold: true } } : { words: link, style: { fill: INK.LINK } }
  ));
}
