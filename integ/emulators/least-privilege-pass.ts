import { WITH_CDN, WITH_OWN_BUS, WITHOUT_PROCESSING } from './cdklocal';
import { deployWithTokens, useTokens } from './deploy-pass';
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
  await deployWithTokens(quickstart);
  await useTokens(quickstart);
  const stack = await quickstart.deploy(
    'deploy again, with processing, CloudFront and events', { ...WITH_CDN, ...WITH_OWN_BUS },
  );
  await quickstart.runSpecs('workers, the operator, the CDN and the publisher, too', 'processing|delivery|events');
  await quickstart.runSpecs('the publisher publishes on its own bus only', 'publisher-rights');
  await quickstart.runSpecs('without one action, exactly what needs it fails, and the log says that access was denied', 'grants');
  return stack;
}
