import sharp, { type OverlayOptions } from 'sharp';
import { HEIGHT, WIDTH, type Picture } from './chart';

export interface Row {
  readonly label: string;
  /** The original as Chromium shows it (if it does), the reference, the variants. */
  readonly pictures: readonly (Picture | undefined)[];
}

const TITLES = ['original in Chromium', 'reference', 'AVIF', 'WebP', 'JPEG'];
const CHART = { width: WIDTH / 3, height: HEIGHT / 3 } as const;
const GAP = 6;
const LABEL = 14;
const CELL = { width: CHART.width + GAP, height: CHART.height + GAP + LABEL } as const;
const STACKS = 4;

/** Every chart at a third of its size: rows of five pictures, in several stacks side by side. */
export async function drawSheet(rows: readonly Row[]): Promise<Buffer> {
  const perStack = Math.ceil(rows.length / STACKS);
  const stackWidth = TITLES.length * CELL.width + 2 * GAP;
  const layers: OverlayOptions[] = [];
  for (const [index, { label, pictures }] of rows.entries()) {
    const left = Math.floor(index / perStack) * stackWidth + GAP;
    const top = LABEL + GAP + index % perStack * CELL.height;
    layers.push(writeLabel(label, left, top, TITLES.length * CELL.width));
    for (const [column, picture] of pictures.entries()) {
      if (picture) layers.push({ input: await shrink(picture), left: left + column * CELL.width, top: top + LABEL });
    }
  }
  for (let stack = 0; stack < STACKS; stack++) {
    TITLES.forEach(
      (title, column) => layers.push(writeLabel(title, stack * stackWidth + GAP + column * CELL.width, 0, CELL.width)),
    );
  }
  const [width, height] = [STACKS * stackWidth, LABEL + GAP + perStack * CELL.height];
  return sharp({ create: { width, height, channels: 3, background: '#808080' } }).composite(layers).png().toBuffer();
}

function writeLabel(text: string, left: number, top: number, width: number): OverlayOptions {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const svg = `<svg width="${width}" height="${LABEL}"><text x="0" y="11" font-family="sans-serif" font-size="11" fill="#ffffff">${escaped}</text></svg>`;
  return { input: Buffer.from(svg), left, top };
}

async function shrink({ data, width, height, channels }: Picture): Promise<Buffer> {
  const raw = { width, height, channels: channels as 1 | 3 };
  return sharp(Uint8Array.from(data), { raw })
    .resize(CHART.width, CHART.height, { fit: 'fill', kernel: 'nearest' })
    .toColourspace('srgb')
    .png()
    .toBuffer();
}
