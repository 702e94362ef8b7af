import type { Circus } from '@jest/types';
import { TestEnvironment } from 'jest-environment-node';
import { DEVIATIONS, type Deviation, matchesTest } from './deviations';

/**
 * Expects the tests in `deviations.ts` to fail. A spec with the option `deviations: 'storage'` uses only the emulator's
 * storage.
 */
export default class EmulatorEnvironment extends TestEnvironment {
  private readonly known: readonly Deviation[];

  constructor(...args: ConstructorParameters<typeof TestEnvironment>) {
    super(...args);
    const { deviations } = args[0].projectConfig.testEnvironmentOptions;
    this.known = deviations === 'storage' ? DEVIATIONS.filter(({ ofStorage }) => ofStorage) : DEVIATIONS;
  }

  async handleTestEvent(event: Circus.Event): Promise<void> {
    if (event.name !== 'test_start') return;
    const name = buildFullName(event.test);
    const known = this.known.find(
      ({ on, test }) => on.some(target => target === process.env.EMULATOR_TARGET) && matchesTest(test, name),
    );
    if (known) event.test.fn = mustFail(event.test.fn as () => Promise<unknown>, known);
  }
}

/** Jest's own `failing` accepts any error, even that the emulator is down. */
function mustFail(test: () => Promise<unknown>, { failsWith }: Deviation): () => Promise<void> {
  return async () => {
    const error = await Promise.resolve(test()).then(() => undefined, (cause: unknown) => cause);
    if (error === undefined) throw new Error('it passes: take it out of deviations.ts');
    if (!(failsWith ? failsWith.test(String((error as Error).message)) : isFailedExpectation(error))) throw error;
  };
}

function isFailedExpectation(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'matcherResult' in error;
}

function buildFullName({ name, parent }: Circus.TestEntry | Circus.DescribeBlock): string {
  return parent && parent.name !== 'ROOT_DESCRIBE_BLOCK' ? `${buildFullName(parent)} ${name}` : name;
}
