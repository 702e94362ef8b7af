import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { drawChart, HEIGHT, WIDTH, type Picture } from './chart';
import { launch, show } from './chromium';
import { drawSheet, type Row } from './contact-sheet';
import { heicInputs, inputs, type Input } from './inputs';
import { compare, FORMATS, findLimits, measure, type Measured } from './measure';
import { DecoderPool } from '../../lambda/imaging/decoder/pool';
import { showError } from '../../local/terminal';
import { buildDecoder, DECODER_LIMITS } from '../lambda/imaging/support/decoder-build';
import { REQUIREMENTS } from '../support/requirements';

const SHEET = join(__dirname, '..', '..', 'tmp', 'colour', 'contact-sheet.png');

function cell({ median, worst }: Pick<Measured, 'median' | 'worst'>): string {
  return `${median.toFixed(2)} / ${worst.toFixed(2)}`.padStart(13);
}

function findReference({ expected }: Input): Picture {
  const colors = expected.map(color => color.map(value => value / 255));
  return { data: drawChart(colors, 255), width: WIDTH, height: HEIGHT, channels: 3 };
}

interface Line extends Row {
  readonly line: string;
  readonly isWithin: boolean;
}

/** Compares each variant with the reference, and the WebP with the original in Chromium. */
async function row(input: Input, pool: DecoderPool, browser: Browser | undefined): Promise<Line> {
  const measured = await measure(input, pool);
  const shown = browser && await show(browser, input.bytes, input.format);
  const limits = findLimits(input);
  const isWithin = measured.every(({ median, worst }) => median <= limits.median && worst <= limits.worst);
  const besideChromium = shown
    ? cell(compare(measured[1].picture, compare(shown, input.expected).colors))
    : 'not shown'.padStart(13);
  const name = `${input.format.padEnd(13)} ${input.colour.padEnd(42)}`;
  const line = `${name} ${measured.map(cell).join(' ')} ${besideChromium} ${isWithin ? '' : 'OUT OF BOUNDS'}`;
  return {
    label: `${input.format}: ${input.colour}`,
    pictures: [shown, findReference(input), ...measured.map(({ picture }) => picture)],
    line,
    isWithin,
  };
}

const HELP = `Prints ΔE2000 of a chart's variants for each format and colour description, and draws a contact sheet in tmp/colour.
HEIC needs Python 3.10 or newer; the comparison with Chromium needs Chromium.

Usage: npm run colour
`;

async function main(): Promise<void> {
  if (parseArgs({ options: { help: { type: 'boolean' } } }).values.help) return console.log(HELP);
  const script = await buildDecoder();
  const pool = new DecoderPool({ script, limits: DECODER_LIMITS });
  const { isMet: hasChromium, enable } = REQUIREMENTS.chromium;
  if (!hasChromium) console.log(`skips the comparison with Chromium: ${enable}`);
  const browser = hasChromium ? await launch() : undefined;
  try {
    console.log(
      `ΔE2000, median / worst patch, against the reference${' '.repeat(5)}${[...FORMATS, 'WebP:Chromium'].map(name => name.padStart(13)).join(' ')}`,
    );
    const rows: Line[] = [];
    for (const input of [...await inputs(), ...await heicInputsHere()]) {
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

/** Without Python the other formats are still measured. */
async function heicInputsHere(): Promise<Input[]> {
  const { isMet, enable } = REQUIREMENTS.python;
  if (!isMet) console.log(`skips HEIC: ${enable}`);
  return isMet ? heicInputs() : [];
}

main().catch((error: unknown) => {
  showError(error, 'npm run colour');
  process.exitCode = 1;
});
