import { KNOWN_SCENARIOS } from './known-scenarios';
import type { MemoryTable } from './memory-table';
import { run } from './run';
import type { Write } from '../../lambda/domain/ports';
import { describeFindings } from '../audit/finding';

type Update = Extract<Write, { update: string }>;

/** Plays a scenario over a table that stores altered updates. */
async function play(name: keyof typeof KNOWN_SCENARIOS, alter: (update: Update) => Update): Promise<string> {
  const table = (real: MemoryTable): MemoryTable => Object.assign(Object.create(real) as MemoryTable, {
    write: (writes: readonly Write[]) => real.write(writes.map(write => 'update' in write ? alter(write) : write)),
  });
  return describeFindings(await run(KNOWN_SCENARIOS[name], { table }));
}

const withoutCause = ({ set: { last_error: _, ...set }, ...write }: Update): Update => ({ ...write, set });
const keepingCause = ({ remove, ...write }: Update): Update =>
  ({ ...write, remove: remove?.filter(attribute => attribute !== 'last_error') });

test.each(['failsAfterBeingShown', 'succeedsAfterAFailure'] as const)(
  'the causes that the service records keep the invariants (%s)', async name => {
    expect(await play(name, write => write)).toBe('');
  },
);

test('finds a failed image without a cause', async () => {
  expect(await play('failsAfterBeingShown', withoutCause)).toMatch(/^I3 .*a failed row has no "last_error"/m);
});

test('finds an image that keeps the error of a try that is over', async () => {
  expect(await play('succeedsAfterAFailure', keepingCause)).toMatch(/^I3 .*a ready row holds the error of a try/m);
});
