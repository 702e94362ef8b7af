import type { Circus } from '@jest/types';
import { TestEnvironment } from 'jest-environment-node';
import { DEVIATIONS, type Deviation } from './deviations';

/** Expects of the tests in `deviations.ts` that they fail. A spec with the option `deviations: 'storage'` uses nothing else of the emulator. */
export default class EmulatorEnvironment extends TestEnvironment {
  private readonly known: readonly Deviation[];

  constructor(...args: ConstructorParameters<typeof TestEnvironment>) {
    super(...args);
    const { deviations } = args[0].projectConfig.testEnvironmentOptions;
    this.known = deviations === 'storage' ? DEVIATIONS.filter(({ ofStorage }) => ofStorage) : DEVIATIONS;
  }

  async handleTestEvent(event: Circus.Event): Promise<void> {
    if (event.name !== 'test_start') return;
    const name = fullName(event.test);
    const known = this.known.find(({ on, test }) => on.some(target => target === process.env.EMULATOR_TARGET) && ` ${name}`.endsWith(` ${test}`));
    if (known) event.test.failing = true;
  }
}

function fullName({ name, parent }: Circus.TestEntry | Circus.DescribeBlock): string {
  return parent && parent.name !== 'ROOT_DESCRIBE_BLOCK' ? `${fullName(parent)} ${name}` : name;
}
