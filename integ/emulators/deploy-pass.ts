import { WITH_CDN, WITH_EVENTS, WITH_OWN_BUS, WITH_TOKENS, WITHOUT_PROCESSING } from './cdklocal';
import { parseTemplate, type Deployed } from './deployment';
import { openEmulator, describeStart } from './emulator';
import type { EmulatorName, Options } from './options';
import type { Pass } from './pass';
import type { Progress } from './progress';
import type { Quickstart } from './quickstart';

/** A changed prop, and the specs that detect the change. The origins are those of the CORS suite. */
const CHANGES = {
  ministack: {
    context: {
      corsOrigins: 'https://app.example.com,http://localhost:3000', processing: 'queue', ...WITH_EVENTS,
    },
    specs: 'cors|reprocess',
  },
  // If the API definition changes, as with the first origin, LocalStack loses the stage. Its updates do not change
  // buckets.
  localstack: { context: { urlMinutes: '10', ...WITHOUT_PROCESSING }, specs: 'url-lifetime' },
};

/** Deploys, tests, deploys again with a changed prop, and tests that earlier data survived. */
export function createDeployPass(options: Options, progress: Progress): Pass {
  const target = options.emulator;
  return {
    target,
    opening: describeStart(options),
    open: async () => openEmulator(options, progress),
    work: async quickstart => {
      const stack = await deployTwice(target, quickstart, progress);
      return isOurs(options) ? deliver(quickstart) : stack;
    },
    afterwards: async quickstart => {
      if (target === 'ministack') {
        await quickstart.runSpecs('the commands of docs/emulators.md, from nothing', 'emulators-page');
      }
    },
  };
}

/** An emulator that already runs lacks the additions in `ministack/`, so the CDN cannot deliver from it. */
function isOurs({ emulator, endpoint, command }: Options): boolean {
  return emulator === 'ministack' && !endpoint && !command;
}

async function deliver(quickstart: Quickstart): Promise<Deployed> {
  const stack = await quickstart.deploy(
    'deploy again, with CloudFront', { ...WITH_CDN, ...WITH_EVENTS },
  );
  await quickstart.runSpecs(
    'every resource of it is there, and delivers: paths, formats, the closed set, headers', 'resources|delivery',
  );
  return stack;
}

async function deployTwice(emulator: EmulatorName, quickstart: Quickstart, progress: Progress): Promise<Deployed> {
  await quickstart.checkAbsent();
  await quickstart.bootstrap();
  const before = await quickstart.deploy('cdklocal deploy', WITHOUT_PROCESSING);
  await quickstart.runSpecs('every resource is there as the template writes it', 'resources');
  await quickstart.runSpecs(
    'the HTTP contract, 100 photos, the sweeper by its schedule, the messages of an alarm',
    'contract-\\d|images-before-redeploy|sweeper|alarms',
  );
  if (emulator === 'ministack') {
    await deployWithTokens(quickstart);
    await quickstart.runSpecs('every resource of them is there, too', 'resources');
    await useTokens(quickstart);
  }
  const { context, specs } = CHANGES[emulator];
  const after = await quickstart.deploy(`deploy again with changed props (${Object.keys(context).join()})`, context);
  await progress.runStep('nothing stateful was replaced', async () => checkSameState(before, after));
  await quickstart.runSpecs(
    'the change is in force, in every resource too, and every photo is still there',
    `${specs}|resources|images-after-redeploy`,
  );
  const processing = emulator === 'localstack' ? await deployAnew(quickstart, after) : after;
  await quickstart.runSpecs(
    'uploads become variants and events, and the HTTP contract of the local server on this emulator',
    'processing|events|local-server',
  );
  return processing;
}

/** LocalStack does not support authorizers. */
export async function deployWithTokens(quickstart: Quickstart): Promise<void> {
  await quickstart.deploy('deploy again, with tokens', { ...WITHOUT_PROCESSING, ...WITH_TOKENS });
}

/** The spec changes a variable of the authorizer, so it follows the comparison of resources. */
export async function useTokens(quickstart: Quickstart): Promise<void> {
  await quickstart.runSpecs('tokens, trusted callers and shared images, behind the authorizer', 'access');
}

async function deployAnew(quickstart: Quickstart, stack: Deployed): Promise<Deployed> {
  await quickstart.destroy(stack);
  const anew = await quickstart.deploy('cdklocal deploy, with processing and events', WITH_OWN_BUS);
  await quickstart.runSpecs('every resource of them is there, too', 'resources');
  return anew;
}

const STATEFUL = /^AWS::(S3::Bucket|DynamoDB::Table|ApiGateway::RestApi)$/;

/** Another physical name would mean another bucket, table or URL. */
async function checkSameState(before: Deployed, after: Deployed): Promise<void> {
  const stateful = Object.entries(parseTemplate(after).Resources).filter(([, { Type }]) => STATEFUL.test(Type)).map(
    ([id]) => id,
  );
  if (stateful.length !== 3) throw new Error(`a bucket, a table and an API were expected, got: ${stateful.join(', ')}`);
  const replaced = stateful.filter(id => before.resources[id] !== after.resources[id]);
  if (replaced.length > 0) throw new Error(`replaced by the second deployment: ${replaced.join(', ')}`);
}
