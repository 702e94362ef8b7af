import { templateOf, type Deployed } from './deployment';
import { openEmulator, openingOf } from './emulator';
import type { EmulatorName, Options } from './options';
import type { Pass } from './pass';
import type { Progress } from './progress';
import type { Quickstart } from './quickstart';

/** A changed prop, and the specs that show that it is. The origins are those of the CORS suite. */
const CHANGES = {
  ministack: { context: { corsOrigins: 'https://app.example.com,http://localhost:3000' }, spec: 'cors' },
  // Where the definition of the API changes, as with the first origin, LocalStack loses the stage.
  localstack: { context: { urlMinutes: '10' }, spec: 'url-lifetime' },
};

/** Deploys, tests, deploys again with a changed prop, and tests what must have survived. */
export function deployPass(options: Options, progress: Progress): Pass {
  const target = options.emulator;
  return {
    target,
    opening: openingOf(options),
    open: async () => openEmulator(options, progress),
    work: async quickstart => deployTwice(target, quickstart, progress),
    afterwards: async quickstart => {
      if (target === 'ministack') await quickstart.specs('the commands of the README, from nothing', 'readme');
    },
  };
}

async function deployTwice(emulator: EmulatorName, quickstart: Quickstart, progress: Progress): Promise<Deployed> {
  await quickstart.checkAbsent();
  await quickstart.bootstrap();
  const before = await quickstart.deploy('cdklocal deploy');
  await quickstart.specs('every resource is there as the template writes it', 'resources');
  await quickstart.specs('the HTTP contract, 100 photos, the sweeper by its schedule', 'contract-\\d|keep-photos|sweeper');
  const { context, spec } = CHANGES[emulator];
  const after = await quickstart.deploy(`deploy again with a changed prop (${Object.keys(context).join()})`, context);
  await progress.step('nothing stateful was replaced', async () => checkSameState(before, after));
  await quickstart.specs('the change is in force, in every resource too, and every photo is still there', `${spec}|resources|find-photos`);
  await quickstart.specs('the HTTP contract of the local server on this emulator', 'local-server');
  return after;
}

const STATEFUL = /^AWS::(S3::Bucket|DynamoDB::Table|ApiGateway::RestApi)$/;

/** Another physical name would be another bucket, another table, another URL. */
async function checkSameState(before: Deployed, after: Deployed): Promise<void> {
  const stateful = Object.entries(templateOf(after).Resources).filter(([, { Type }]) => STATEFUL.test(Type)).map(([id]) => id);
  if (stateful.length !== 3) throw new Error(`a bucket, a table and an API were expected, got: ${stateful.join(', ')}`);
  const replaced = stateful.filter(id => before.resources[id] !== after.resources[id]);
  if (replaced.length > 0) throw new Error(`replaced by the second deployment: ${replaced.join(', ')}`);
}
