import { join } from 'node:path';
import { CdkLocal, clientEnvironment, REGION } from './cdklocal';
import { apiUrl, clientOptions, physicalId, templateOf, tellSpecs, type Deployed } from './deployment';
import { openEmulator, type Emulator } from './emulator';
import type { Options } from './options';
import type { Progress } from './progress';
import { runSpecs } from './specs';
import { type ClientOptions, emptyBucket, keepFunctionLogs, resourcesOf, stackExists } from './stack';
import { bundleHandlers } from '../../local/bundle';

const STACK = 'Quickstart';
/** The changed prop of the second deployment, and the origins that the CORS suite expects. */
const CORS_ORIGINS = 'https://app.example.com,http://localhost:3000';
/** MiniStack waits most of the time; LocalStack starts two processes for each function that runs beside others. */
const WORKERS = { ministack: 4, localstack: 2 };

/** Deploys, tests, deploys again with a changed prop, tests what must have survived, and destroys. */
export async function deployPass(options: Options, progress: Progress): Promise<void> {
  await progress.step('build the handlers', bundleHandlers);
  const emulator = await progress.step(`start ${options.emulator}`, async () => openEmulator(options, progress));
  try {
    await new DeployPass(emulator, progress).run(options.keep);
  } catch (error) {
    await keepFunctionLogs(clientOptions(emulator), progress).then(path => progress.note(`logs of the functions: ${path}`), () => undefined);
    throw error;
  } finally {
    if (!options.keep) await emulator.stop();
  }
}

class DeployPass {
  private readonly cdk: CdkLocal;
  private readonly client: ClientOptions;
  private readonly deploymentFile: string;

  constructor(private readonly emulator: Emulator, private readonly progress: Progress) {
    this.cdk = new CdkLocal(emulator, progress);
    this.client = clientOptions(emulator);
    this.deploymentFile = join(progress.folder, 'deployment.json');
  }

  async run(keep: boolean): Promise<void> {
    const { progress, cdk } = this;
    await progress.step('cdklocal bootstrap', async () => cdk.bootstrap());
    const before = await progress.step('cdklocal deploy', async () => this.deploy());
    await this.specs('every resource is as the template says', 'resources');
    await this.specs('the HTTP contract, 100 photos, the sweeper by its schedule', 'contract-\\d|keep-photos|sweeper');
    const after = await progress.step('deploy again with a changed prop (CORS origins)', async () => this.deploy({ corsOrigins: CORS_ORIGINS }));
    await progress.step('nothing stateful was replaced', async () => sameState(before, after));
    await this.specs('every photo is still there, CORS is on, the local server works on this emulator', 'find-photos|cors|local-server');
    if (keep) this.showUrls(after);
    else await progress.step('cdklocal destroy', async () => this.destroy(after));
  }

  private async deploy(context?: Record<string, string>): Promise<Deployed> {
    await this.cdk.deploy(context);
    const template = join(this.cdk.assembly, `${STACK}.template.json`);
    const resources = await resourcesOf(this.client, STACK);
    const { name, endpoint } = this.emulator;
    const deployed: Deployed = {
      emulator: name,
      endpoint,
      stackName: STACK,
      template,
      apiId: physicalId({ template, resources }, 'AWS::ApiGateway::RestApi'),
      resources,
      ledger: join(this.progress.folder, 'photos.json'),
    };
    tellSpecs(this.deploymentFile, deployed);
    return deployed;
  }

  private async specs(label: string, pattern: string): Promise<void> {
    const { progress, emulator, deploymentFile } = this;
    const environment = { ...clientEnvironment(emulator), EMULATOR_URL: emulator.endpoint, EMULATOR: emulator.name };
    await progress.step(label, async () => runSpecs(progress, { pattern, environment, deploymentFile, workers: WORKERS[emulator.name] }));
  }

  private async destroy(stack: Deployed): Promise<void> {
    await emptyBucket(this.client, physicalId(stack, 'AWS::S3::Bucket'));
    await this.cdk.destroy();
    if (await stackExists(this.client, STACK)) throw new Error(`the stack ${STACK} is still there after cdklocal destroy`);
  }

  private showUrls(deployed: Deployed): void {
    console.log(`\n${this.emulator.name} goes on at ${deployed.endpoint}, the API at ${apiUrl(deployed)}\n
curl ${apiUrl(deployed)}/images --aws-sigv4 aws:amz:${REGION}:execute-api --user test:test -H 'x-user-id: alice'\n
AWS_ENDPOINT_URL=${deployed.endpoint} npm start            # the local server on it
kill the process that listens on ${new URL(deployed.endpoint).port} to end it`);
  }
}

const STATEFUL = /^AWS::(S3::Bucket|DynamoDB::Table|ApiGateway::RestApi)$/;

/** Another physical name would be another bucket, another table, another URL. */
function sameState(before: Deployed, after: Deployed): Promise<void> {
  const { Resources } = templateOf(after);
  const ids = Object.keys(Resources).filter(id => STATEFUL.test(Resources[id].Type));
  const replaced = ids.filter(id => before.resources[id] !== after.resources[id]);
  if (ids.length !== 3) throw new Error(`a bucket, a table and an API were expected, got: ${ids.join(', ')}`);
  return replaced.length > 0 ? Promise.reject(new Error(`replaced by the second deployment: ${replaced.join(', ')}`)) : Promise.resolve();
}
