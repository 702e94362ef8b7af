import { WITH_CDN, WITHOUT_PROCESSING } from './cdklocal';
import type { Deployed } from './deployment';
import { startMiniStackWithIam } from './emulator';
import type { Options } from './options';
import type { Pass } from './pass';
import type { Progress } from './progress';
import type { Quickstart } from './quickstart';

/**
 * For emulators that enforce IAM: the service works with its own grants, and each removed grant breaks only its own
 * action.
 */
export function createLeastPrivilegePass(_options: Options, progress: Progress): Pass {
  return {
    target: 'ministack-iam',
    opening: 'start ministack-iam',
    open: async () => startMiniStackWithIam(progress),
    work,
  };
}

async function work(quickstart: Quickstart): Promise<Deployed> {
  await quickstart.bootstrap();
  await quickstart.deploy('cdklocal deploy', WITHOUT_PROCESSING);
  await quickstart.runSpecs(
    'the HTTP contract with nothing but its own grants, called by the role of a backend',
    'contract-\\d|sweeper|bucket-policy',
  );
  const stack = await quickstart.deploy('deploy again, with processing and CloudFront', WITH_CDN);
  await quickstart.runSpecs('workers, the operator and the CDN, too', 'processing|delivery');
  await quickstart.runSpecs('without one action, exactly what needs it fails, and the log names it', 'grants');
  return stack;
}
