import { apiUrl, templateOf, type Deployed } from './deployment';
import { openEmulator, type Emulator } from './emulator';
import type { Options } from './options';
import type { Progress } from './progress';
import { Quickstart } from './quickstart';
import { bundleHandlers } from '../../local/bundle';

/** A changed prop, and the specs that show that it is. The origins are those of the CORS suite. */
const CHANGES = {
  ministack: { context: { corsOrigins: 'https://app.example.com,http://localhost:3000' }, spec: 'cors' },
  // Where the definition of the API changes, as with the first origin, LocalStack loses the stage.
  localstack: { context: { urlMinutes: '10' }, spec: 'url-lifetime' },
};

/** Deploys, tests, deploys again with a changed prop, tests what must have survived, and destroys. */
export async function deployPass(options: Options, progress: Progress): Promise<void> {
  await progress.step('build the handlers', bundleHandlers);
  const emulator = await progress.step(`start ${options.emulator}`, async () => openEmulator(options, progress));
  const quickstart = new Quickstart(emulator.name, emulator, progress);
  try {
    const stack = await deployTwice(emulator, quickstart, progress);
    if (options.keep) showUrls(emulator, stack);
    else await finish(quickstart, stack);
  } catch (error) {
    await quickstart.keepLogs();
    throw error;
  } finally {
    if (options.keep) emulator.release();
    else await emulator.stop();
  }
}

async function deployTwice({ name }: Emulator, quickstart: Quickstart, progress: Progress): Promise<Deployed> {
  await quickstart.bootstrap();
  const before = await quickstart.deploy('cdklocal deploy');
  await quickstart.specs('every resource is there as the template writes it', 'resources');
  await quickstart.specs('the HTTP contract, 100 photos, the sweeper by its schedule', 'contract-\\d|keep-photos|sweeper');
  const { context, spec } = CHANGES[name];
  const after = await quickstart.deploy(`deploy again with a changed prop (${Object.keys(context).join()})`, context);
  await progress.step('nothing stateful was replaced', async () => checkSameState(before, after));
  await quickstart.specs('the change is in force, in every resource too, and every photo is still there', `${spec}|resources|find-photos`);
  await quickstart.specs('the HTTP contract of the local server on this emulator', 'local-server');
  return after;
}

async function finish(quickstart: Quickstart, stack: Deployed): Promise<void> {
  await quickstart.destroy(stack);
  if (stack.emulator === 'ministack') await quickstart.specs('the commands of the README, from nothing', 'readme');
}

const STATEFUL = /^AWS::(S3::Bucket|DynamoDB::Table|ApiGateway::RestApi)$/;

/** Another physical name would be another bucket, another table, another URL. */
async function checkSameState(before: Deployed, after: Deployed): Promise<void> {
  const stateful = Object.entries(templateOf(after).Resources).filter(([, { Type }]) => STATEFUL.test(Type)).map(([id]) => id);
  if (stateful.length !== 3) throw new Error(`a bucket, a table and an API were expected, got: ${stateful.join(', ')}`);
  const replaced = stateful.filter(id => before.resources[id] !== after.resources[id]);
  if (replaced.length > 0) throw new Error(`replaced by the second deployment: ${replaced.join(', ')}`);
}

function showUrls({ name, endpoint }: Emulator, stack: Deployed): void {
  console.log(`
${name} goes on at ${endpoint}, the API at ${apiUrl(stack)}

curl ${apiUrl(stack)}/images --aws-sigv4 aws:amz:us-east-1:execute-api --user test:test -H 'x-user-id: alice'
AWS_ENDPOINT_URL=${endpoint} npm start     # the local server on this emulator

To end it: kill the process that listens on port ${new URL(endpoint).port}.`);
}
