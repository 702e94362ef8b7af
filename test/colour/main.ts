import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { drawChart, HEIGHT, WIDTH, type Picture } from './chart';
import { launch, show } from './chromium';
import { drawSheet, type Row } from './contact-sheet';
import { heicInputs, inputs, type Input } from './inputs';
import { compare, FORMATS, limitsOf, measure, type Measured } from './measure';
import { DecoderPool } from '../../lambda/imaging/decoder/pool';
import { buildDecoder, DECODER_LIMITS } from '../lambda/imaging/decoder-build';
import { REQUIREMENTS } from '../support/requirements';

const SHEET = join(__dirname, '..', '..', 'tmp', 'colour', 'contact-sheet.png');

function cell({ median, worst }: Pick<Measured, 'median' | 'worst'>): string {
  return `${median.toFixed(2)} / ${worst.toFixed(2)}`.padStart(13);
}

function referenceOf({ expected }: Input): Picture {
  const colors = expected.map(color => color.map(value => value / 255));
  return { data: drawChart(colors, 255), width: WIDTH, height: HEIGHT, channels: 3 };
}

interface Line extends Row {
  readonly line: string;
  readonly isWithin: boolean;
}

/** Each variant against the reference, and the WebP against the original in Chromium. */
async function row(input: Input, pool: DecoderPool, browser: Browser | undefined): Promise<Line> {
  const measured = await measure(input, pool);
  const shown = browser && await show(browser, input.bytes, input.format);
  const limits = limitsOf(input);
  const isWithin = measured.every(({ median, worst }) => median <= limits.median && worst <= limits.worst);
  const besideChromium = shown ? cell(compare(measured[1].picture, compare(shown, input.expected).colors)) : 'not shown'.padStart(13);
  const name = `${input.format.padEnd(13)} ${input.colour.padEnd(42)}`;
  const line = `${name} ${measured.map(cell).join(' ')} ${besideChromium} ${isWithin ? '' : 'OUT OF BOUNDS'}`;
  return { label: `${input.format}: ${input.colour}`, pictures: [shown, referenceOf(input), ...measured.map(({ picture }) => picture)], line, isWithin };
}

async function main(): Promise<void> {
  const script = await buildDecoder();
  const pool = new DecoderPool({ script, limits: DECODER_LIMITS });
  const { isMet: hasChromium, enable } = REQUIREMENTS.chromium;
  if (!hasChromium) console.log(`skips the comparison with Chromium: ${enable}`);
  const browser = hasChromium ? await launch() : undefined;
  try {
    console.log(`ΔE2000, median / worst patch, against the reference${' '.repeat(5)}${[...FORMATS, 'WebP:Chromium'].map(name => name.padStart(13)).join(' ')}`);
    const rows: Line[] = [];
    for (const input of [...await inputs(), ...await heicInputs()]) {
      const made = await row(input, pool, browser);
      rows.push(made);
      console.log(made.line);
    }
    mkdirSync(dirname(SHEET), { recursive: true });
    writeFileSync(SHEET, await drawSheet(rows));
    const out = rows.filter(({ isWithin }) => !isWithin).length;
    console.log(`contact sheet: ${SHEET}\n${rows.length - out} passed, ${out} failed`);
    process.exitCode = out > 0 ? 1 : 0;
  } finally {
    await browser?.close();
    pool.close();
    rmSync(dirname(script), { recursive: true, force: true });
  }
}

void main();
