import type { Circus } from '@jest/types';
import { TestEnvironment } from 'jest-environment-node';
import { DEVIATIONS } from './deviations';

/** Expects of the tests in `deviations.ts` that they fail. */
export default class EmulatorEnvironment extends TestEnvironment {
  async handleTestEvent(event: Circus.Event): Promise<void> {
    if (event.name !== 'test_start') return;
    const name = fullName(event.test);
    const known = DEVIATIONS.find(({ on, test }) => on.some(target => target === process.env.EMULATOR_TARGET) && ` ${name}`.endsWith(` ${test}`));
    if (known) event.test.failing = true;
  }
}

function fullName({ name, parent }: Circus.TestEntry | Circus.DescribeBlock): string {
  return parent && parent.name !== 'ROOT_DESCRIBE_BLOCK' ? `${fullName(parent)} ${name}` : name;
}
