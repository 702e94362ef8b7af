import fc from 'fast-check';
import { PUBLICATIONS, publications } from './publications';
import { run } from './run';
import { describeFindings } from '../audit/finding';

const { MODEL_SEED, MODEL_PATH, MODEL_RUNS } = process.env;
const seed = MODEL_SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(MODEL_SEED);

test.each(Object.entries(PUBLICATIONS))('the scenario %s leaves no public copy of a private image', async (_, known) => {
  expect(describeFindings(await run(known))).toBe('');
});

test('random publications leave no copy, stored or cached, of an image that is not public', async () => {
  process.stdout.write(`publication test: MODEL_SEED=${seed}\n`);
  await fc.assert(fc.asyncProperty(publications, async scenario => {
    expect(describeFindings(await run(scenario))).toBe('');
  }), { seed, path: MODEL_PATH, numRuns: Number(MODEL_RUNS ?? 3000), endOnFailure: false });
}, 600_000);
