import { startMiniStackWithIam } from './emulator';
import type { Options } from './options';
import type { Progress } from './progress';
import { Quickstart } from './quickstart';
import { bundleHandlers } from '../../local/bundle';

/** Where IAM is enforced: the service works with its own grants, and lacks exactly what it is no longer granted. */
export async function leastPrivilegePass(options: Options, progress: Progress): Promise<void> {
  await progress.step('build the handlers', bundleHandlers);
  const emulator = await progress.step('start ministack with IAM and TLS', async () => startMiniStackWithIam(progress));
  const quickstart = new Quickstart('ministack-iam', emulator, progress);
  try {
    await quickstart.bootstrap();
    const stack = await quickstart.deploy('cdklocal deploy');
    await quickstart.specs('the HTTP contract with nothing but its own grants, called by the role of a backend', 'contract-\\d|sweeper|bucket-policy');
    await quickstart.specs('without one action, exactly what needs it fails, and the log names it', 'grants');
    if (!options.keep) await quickstart.destroy(stack);
  } catch (error) {
    await quickstart.keepLogs();
    throw error;
  } finally {
    if (options.keep) emulator.release();
    else await emulator.stop();
  }
}
