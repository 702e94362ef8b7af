import fc from 'fast-check';
import type { Bug } from './planted-bugs/bug';
import { EVENT_BUGS } from './planted-bugs/event-bugs';
import { LIFECYCLE_BUGS } from './planted-bugs/lifecycle-bugs';
import { PUBLICATION_BUGS } from './planted-bugs/publication-bugs';
import { SHARING_BUGS } from './planted-bugs/sharing-bugs';
import { WORKER_BUGS } from './planted-bugs/worker-bugs';
import type { run } from './run';
import { scenarios } from './steps';

/** A tenth of the model test's runs. */
const MOST_RUNS = 300;

async function brokenRun({ module, functions }: Bug): Promise<typeof run> {
  let loaded: typeof run | undefined;
  await jest.isolateModulesAsync(async () => {
    if (module !== undefined) {
      const path = `../../lambda/domain/${module}`;
      // A renamed function would leave its bug unplanted.
      expect(Object.keys(jest.requireActual<object>(path))).toEqual(expect.arrayContaining(Object.keys(functions!)));
      jest.doMock(path, () => ({ ...jest.requireActual<object>(path), ...functions }));
    }
    loaded = (await import('./run')).run;
    if (module !== undefined) jest.dontMock(`../../lambda/domain/${module}`);
  });
  return loaded!;
}

test.each([...LIFECYCLE_BUGS, ...WORKER_BUGS, ...PUBLICATION_BUGS, ...SHARING_BUGS, ...EVENT_BUGS])('the model finds the bug: $name', async bug => {
  const play = await brokenRun(bug);
  const { describeFindings } = await import('../audit/finding');
  const property = fc.asyncProperty(bug.scenarios ?? scenarios, async scenario => (
    !bug.breaks.test(describeFindings(await play(scenario, bug.stores)))));
  // A fixed seed: finding a bug must not depend on luck.
  const parameters = { seed: 1, numRuns: MOST_RUNS, endOnFailure: true };
  const { counterexample, numRuns } = await fc.check(property, {
    ...parameters,
    examples: bug.example ? [[bug.example]] : [],
  });
  if (process.env.MODEL_VERBOSE) process.stdout.write(`${bug.name}: found in run ${numRuns}\n`);
  expect(counterexample).not.toBeNull();
}, 120_000);
