import { deltaELab } from './delta-e';
import { heicInputs, inputs, type Input } from './inputs';
import { FORMATS, findLimits, measure } from './measure';
import type { DecoderPool } from '../../lambda/imaging/decoder/pool';
import { openDecoderPool } from '../lambda/imaging/support/decoder-build';
import { REQUIREMENTS, testIfMet } from '../support/requirements';

jest.setTimeout(300_000);

let pool: DecoderPool;
openDecoderPool(opened => { pool = opened; });

async function misses(all: readonly Input[]): Promise<string[]> {
  const found: string[] = [];
  for (const input of all) {
    const limits = findLimits(input);
    const measured = await measure(input, pool);
    for (const [i, { median, worst }] of measured.entries()) {
      if (median > limits.median || worst > limits.worst) {
        found.push(
          `${input.format}, ${input.colour}, as ${FORMATS[i]}: median ${median.toFixed(2)}, worst ${worst.toFixed(2)}`,
        );
      }
    }
  }
  return found;
}

// Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference Formula", 2005, table 1: pairs 1, 7, 9, 17, 25 and 34.
test.each([
  [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
  [[50, 0, 0], [50, -1, 2], 2.3669],
  [[50, 2.49, -0.001], [50, -2.49, 0.0009], 7.1792],
  [[50, 2.5, 0], [73, 25, -18], 27.1492],
  [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
  [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
] as const)('ΔE2000 of %j and %j is as published', (one, other, expected) => {
  expect(deltaELab(one, other)).toBeCloseTo(expected, 4);
});

test('variants have the colours of PNG, JPEG, WebP, AVIF and GIF in every description', async () => {
  expect(await misses(await inputs())).toEqual([]);
});

testIfMet(REQUIREMENTS.python)('variants have the colours of HEIC of 8 and 10 bits', async () => {
  const heic = await heicInputs();
  expect(heic.length).toBeGreaterThan(30);
  expect(await misses(heic)).toEqual([]);
});
