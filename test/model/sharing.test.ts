import fc from 'fast-check';
import { run } from './run';
import { sharings } from './shares';
import { describeFindings } from '../audit/finding';

const { MODEL_SEED, MODEL_PATH, MODEL_RUNS } = process.env;
const seed = MODEL_SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(MODEL_SEED);

test('random sharing shows each image to its viewers alone, in reads and in lists', async () => {
  process.stdout.write(`sharing test: MODEL_SEED=${seed}\n`);
  await fc.assert(fc.asyncProperty(sharings, async scenario => {
    expect(describeFindings(await run(scenario))).toBe('');
  }), { seed, path: MODEL_PATH, numRuns: Math.ceil(Number(MODEL_RUNS ?? 3000) / 3), endOnFailure: false });
}, 600_000);
