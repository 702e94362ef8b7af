/** Condensed, since titles share a row. The sheet is drawn with the first of these that the machine has. */
const FONT = 'DejaVu Sans Condensed, Helvetica Neue, Arial, sans-serif';
/** Widths of letters of this font, in parts of the font size. */
const WIDTHS: readonly (readonly [letters: RegExp, width: number])[] = [
  [/[ ijlI'|.,:;!]/, 0.28], [/[ftr()[\]/-]/, 0.35], [/[mwMW%@]/, 0.84], [/[A-Z_&]/, 0.62], [/./, 0.55],
];

export const INK = { TEXT: '#16191f', QUIET: '#5f6b7a', LINE: '#dfe3e8', LINK: '#0b62c4', GOOD: '#1d8102', BAD: '#d13212' };

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface TextStyle {
  readonly size?: number;
  readonly fill?: string;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle' | 'end';
}

/** One decimal: the last bits of sines differ between machines. */
export function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export function drawText(x: number, y: number, words: string, style: TextStyle = {}): string {
  const { size = 13, fill = INK.TEXT, bold = false, anchor = 'start' } = style;
  const weight = bold ? ' font-weight="bold"' : '';
  return `<text x="${round(x)}" y="${round(y)}" font-family="${FONT}" font-size="${size}" fill="${fill}"${weight} `
    + `text-anchor="${anchor}">${escapeXml(words)}</text>`;
}

export function drawBox({ x, y, width, height }: Box, fill: string, radius = 0, stroke?: string): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${radius}" `
    + `fill="${fill}"${stroke ? ` stroke="${stroke}"` : ''}/>`;
}

export function drawLine(points: readonly (readonly [number, number])[], stroke: string, more = 'stroke-width="1.6"'): string {
  if (points.length === 0) return '';
  const path = points.map(([x, y]) => `${round(x)},${round(y)}`).join(' ');
  return `<polyline points="${path}" fill="none" stroke="${stroke}" stroke-linejoin="round" ${more}/>`;
}

/** Estimated: a script that draws a picture has no browser that measures text. */
export function measureText(words: string, size = 13, bold = false): number {
  const widths = [...words].map(letter => WIDTHS.find(([letters]) => letters.test(letter))![1]);
  return size * widths.reduce((sum, width) => sum + width, 0) * (bold ? 1.1 : 1);
}

export function truncate(words: string, width: number, size = 13): string {
  if (measureText(words, size) <= width) return words;
  let most = words.length;
  while (most > 0 && measureText(`${words.slice(0, most)}…`, size) > width) most--;
  return `${words.slice(0, most)}…`;
}

function escapeXml(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
