import fc from 'fast-check';
import { KNOWN_SCENARIOS, MEDDLED } from './known-scenarios';
import { run } from './run';
import { scenarios } from './steps';
import { describeFindings } from '../audit/finding';

const { MODEL_SEED, MODEL_PATH, MODEL_RUNS } = process.env;
const seed = MODEL_SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(MODEL_SEED);

test.each(Object.entries(KNOWN_SCENARIOS))('the known scenario %s breaks no invariant', async (_, scenario) => {
  expect(describeFindings(await run(scenario))).toBe('');
});

test.each(Object.entries(MEDDLED))('random steps amid %s break no invariant', async (_, meddled) => {
  process.stdout.write(`model test: MODEL_SEED=${seed}\n`);
  await fc.assert(fc.asyncProperty(meddled, async scenario => {
    expect(describeFindings(await run(scenario))).toBe('');
  }), { seed, numRuns: Math.ceil(Number(MODEL_RUNS ?? 3000) / 10), endOnFailure: false });
}, 600_000);

test('random scenarios keep every acknowledgement and leave nothing behind', async () => {
  process.stdout.write(`model test: MODEL_SEED=${seed}\n`);
  await fc.assert(fc.asyncProperty(scenarios, async scenario => {
    expect(describeFindings(await run(scenario))).toBe('');
  }), { seed, path: MODEL_PATH, numRuns: Number(MODEL_RUNS ?? 3000), endOnFailure: false });
}, 600_000);
