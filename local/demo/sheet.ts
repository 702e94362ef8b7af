import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import sharp, { type OverlayOptions, type Sharp } from 'sharp';
import { decodeHeic } from './heic';
import type { ImageRun } from './run';

/** Most rows that a person can look through. */
export const SHEET_ROWS = 40;

const CELL = 320;
const GAP = 24;
const CAPTION = 64;
/** Line height of a reason, which spans the free columns of its row. */
const LINE = 22;
const MOST_LINES = 3;
/** Average width of a letter. */
const LETTER = 8.9;
const MARGIN = 40;
const HEAD = 96;
/** Fits the title. */
const LEAST_COLUMNS = 3;
const FONT = 'font-family="DejaVu Sans, Verdana, Helvetica, Arial, sans-serif"';
/** Background of transparent pixels. */
const BOARD = Buffer.from(
  `<svg width="${CELL}" height="${CELL}"><defs><pattern id="b" width="24" height="24" patternUnits="userSpaceOnUse">
  <rect width="24" height="24" fill="#fff"/><path d="M0 0H12V12H0ZM12 12H24V24H12Z" fill="#dcdcdc"/></pattern></defs>
  <rect width="${CELL}" height="${CELL}" fill="url(#b)"/></svg>`,
);

interface Preview {
  /** PNG or SVG. */
  readonly image: Buffer;
  readonly height: number;
}

interface Cell {
  readonly title: string;
  readonly detail: string;
  readonly preview: Preview;
  readonly isBad?: boolean;
  /** Whether its text may span the columns to its right. */
  readonly isLast?: boolean;
}

/** A cell in its place. */
interface Placed extends Omit<Cell, 'detail'> {
  readonly width: number;
  readonly lines: readonly string[];
}

interface Row {
  readonly cells: readonly Placed[];
  /** Height of the tallest preview. */
  readonly height: number;
  readonly top: number;
}

/** Draws one row per image: the original as viewers show it, then each downloaded variant. */
export async function writeSheet(file: string, runs: readonly ImageRun[], most = SHEET_ROWS): Promise<number> {
  const shown = runs.slice(0, most);
  const cellsOfRows = await Promise.all(shown.map(buildCells));
  const columns = Math.max(LEAST_COLUMNS, ...cellsOfRows.map(cells => cells.length));
  const { rows, height } = arrangeRows(cellsOfRows, columns);
  const width = 2 * MARGIN + columns * (CELL + GAP) - GAP;
  const overlays = rows.flatMap(({ cells, top, height: tallest }) => {
    return cells.flatMap((cell, x) => buildOverlays(cell, MARGIN + x * (CELL + GAP), top, tallest));
  });
  const title = renderText(width, HEAD, [[
    MARGIN, 56, 28, '#222',
    `Originals and their variants: ${shown.length} of ${runs.length} ${runs.length === 1 ? 'image' : 'images'}`,
  ]]);
  await mkdir(dirname(file), { recursive: true });
  const paper = sharp({ create: { width, height, channels: 3, background: '#f6f6f4' } });
  await paper.composite([{ input: title, left: 0, top: 0 }, ...overlays]).png({ compressionLevel: 6 }).toFile(file);
  return shown.length;
}

function arrangeRows(rows: readonly Cell[][], columns: number): { rows: Row[]; height: number } {
  let top = HEAD;
  const placed = rows.map((cells): Row => {
    const row = {
      cells: cells.map((cell, x) => place(cell, columns - x)),
      top,
      height: Math.max(...cells.map(({ preview }) => preview.height)),
    };
    top += row.height + Math.max(...row.cells.map(computeCaptionHeight)) + GAP;
    return row;
  });
  return { rows: placed, height: top + MARGIN - GAP };
}

function place({ detail, ...cell }: Cell, free: number): Placed {
  const width = (cell.isLast ? free : 1) * (CELL + GAP) - GAP;
  return { ...cell, width, lines: wrapWords(detail, Math.floor(width / LETTER), cell.isLast ? MOST_LINES : 1) };
}

function computeCaptionHeight({ lines }: Placed): number {
  return CAPTION + LINE * Math.max(0, lines.length - 1);
}

/** Wraps at `length` letters into at most `most` lines, and truncates the last one. */
function wrapWords(words: string, length: number, most: number): string[] {
  const lines = [''];
  for (const word of words.split(' ')) {
    const longer = `${lines.at(-1)!} ${word}`.trim();
    if (longer.length <= length || lines.length === most) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map(line => truncateText(line, length));
}

async function buildCells(run: ImageRun): Promise<Cell[]> {
  const { file, image, variants = [], processMs } = run;
  const facts = image?.width ? `${image.width} × ${image.height}, ` : '';
  const original = {
    title: file.name.slice(file.name.lastIndexOf('/') + 1),
    detail: `${image?.status ?? 'not uploaded'}${formatSeconds(processMs)} · ${facts}${formatSize(file.size)}`,
    preview: await renderPreview(async () => renderOriginal(run)),
    isBad: run.failure !== undefined,
  };
  const made = await Promise.all(variants.map(async ({ name, width, height, size, content_type: type, bytes }) => ({
    title: name,
    detail: `${width} × ${height}, ${formatSize(size)}, ${type.replace('image/', '')}${await describeFrames(bytes)}`,
    preview: await renderPreview(async () => pickStillFrame(bytes)),
  })));
  const { rejection } = image ?? {};
  const why = { title: rejection?.code ?? 'failed', detail: rejection?.message ?? run.failure ?? '' };
  const failureCells = run.failure === undefined
    ? []
    : [{ ...why, preview: renderPlaceholder(true), isBad: true, isLast: true }];
  return [original, ...made, ...failureCells];
}

/** Takes the middle frame of an animation: the first often shows little. */
async function pickStillFrame(bytes: Buffer): Promise<Sharp> {
  const { pages = 1 } = await sharp(bytes).metadata();
  return sharp(bytes, { page: Math.floor(pages / 2) });
}

async function describeFrames(bytes: Buffer): Promise<string> {
  const { pages = 1 } = await sharp(bytes).metadata();
  return pages === 1 ? '' : `, ${pages} frames`;
}

/** Applies the EXIF orientation, as every viewer does. */
async function renderOriginal({ file }: ImageRun): Promise<Sharp> {
  const bytes = await file.read();
  return ['image/heic', 'image/heif'].includes(file.contentType)
    ? decodeHeic(bytes)
    : (await pickStillFrame(bytes)).autoOrient();
}

/** Shows a placeholder for files that cannot be decoded: many are uploaded to be rejected. */
async function renderPreview(open: () => Promise<Sharp>): Promise<Preview> {
  try {
    const fitted = (await open()).resize(CELL, CELL, { fit: 'inside', withoutEnlargement: true });
    const { data, info } = await fitted.ensureAlpha().png({ compressionLevel: 1 }).toBuffer({
      resolveWithObject: true,
    });
    const board = await sharp(BOARD)
      .resize(info.width, info.height, { fit: 'cover', position: 'left top' })
      .png()
      .toBuffer();
    return {
      image: await sharp(board).composite([{ input: data }]).removeAlpha().png({ compressionLevel: 1 }).toBuffer(),
      height: info.height,
    };
  } catch {
    return renderPlaceholder(false);
  }
}

function buildOverlays(cell: Placed, left: number, top: number, tallest: number): OverlayOptions[] {
  const { title, lines, width, preview, isBad = false } = cell;
  const color = isBad ? '#b3261e' : '#222';
  const details = lines.map((line, n): Line => [0, 50 + n * LINE, 16, isBad ? color : '#666', line]);
  const caption = renderText(width, computeCaptionHeight(cell), [
    [0, 26, 19, color, truncateText(title, 28)], ...details,
  ]);
  return [
    { input: preview.image, left, top },
    { input: caption, left, top: top + tallest },
  ];
}

function renderPlaceholder(isBad: boolean): Preview {
  const [fill, word] = isBad ? ['#f7dedc', 'no variants'] : ['#e4e4e2', 'no preview'];
  const height = CELL / 2;
  const image = Buffer.from(
    `<svg width="${CELL}" height="${height}"><rect width="${CELL}" height="${height}" fill="${fill}"/>
    <text x="50%" y="50%" ${FONT} font-size="22" fill="#777" text-anchor="middle">${word}</text></svg>`,
  );
  return { image, height };
}

type Line = [x: number, y: number, size: number, fill: string, words: string];

function renderText(width: number, height: number, lines: readonly Line[]): Buffer {
  const written = lines.map((
    [x, y, size, fill, words],
  ) => `<text x="${x}" y="${y}" ${FONT} font-size="${size}" fill="${fill}">${escapeXml(words)}</text>`);
  return Buffer.from(`<svg width="${width}" height="${height}">${written.join('')}</svg>`);
}

function truncateText(words: string, length: number): string {
  return words.length > length ? `${words.slice(0, length - 1)}…` : words;
}

function escapeXml(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function formatSeconds(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '' : ` in ${(milliseconds / 1000).toFixed(1)} s`;
}

function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.round(bytes / 1e3)} KB`;
}
