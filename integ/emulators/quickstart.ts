import { join } from 'node:path';
import { CdkLocal, clientEnvironment, CREDENTIALS } from './cdklocal';
import { clientOptions, physicalId, tellSpecs, type Deployed, type Target } from './deployment';
import { DEVIATIONS, matchesTest } from './deviations';
import type { Emulator } from './emulator';
import type { Progress } from './progress';
import { runSpecs } from './specs';
import {
  assumeRole, emptyBucket, FUNCTION_LOG, keepFunctionLogs, listResources, stackExists, type ClientOptions,
} from './stack';

const STACK = 'Quickstart';
/** MiniStack waits most of the time; LocalStack starts two processes for each concurrent function. */
const WORKERS: Record<Target, number> = { 'ministack': 4, 'ministack-iam': 4, 'localstack': 2 };

/** Deploys and tests `examples/quickstart` on an emulator, and shows each step. */
export class Quickstart {
  private readonly cdk: CdkLocal;
  private readonly client: ClientOptions;
  private readonly deploymentFile: string;
  private readonly ran = new Set<string>();
  private deployments = 0;

  constructor(
    private readonly target: Target,
    private readonly emulator: Emulator,
    private readonly progress: Progress,
  ) {
    this.cdk = new CdkLocal(emulator, progress);
    this.client = clientOptions(emulator);
    this.deploymentFile = join(progress.folder, 'deployment.json');
  }

  async bootstrap(): Promise<void> {
    await this.progress.step('cdklocal bootstrap', async () => this.cdk.bootstrap());
  }

  /** Protects an existing stack of this name: the run empties and destroys its own stack at the end. */
  async checkAbsent(): Promise<void> {
    await this.progress.step(`no stack ${STACK} is there yet`, async () => {
      if (!await stackExists(this.client, STACK)) return;
      const way = 'cd examples/quickstart && npx cdklocal destroy --context emulator=true';
      throw new Error(
        `the emulator at ${this.emulator.endpoint} has a stack ${STACK} already, which would be changed, emptied and destroyed: remove it first (${way})`,
      );
    });
  }

  async deploy(label: string, context?: Record<string, string>): Promise<Deployed> {
    return this.progress.step(label, async () => {
      await this.cdk.deploy(context);
      this.deployments++;
      const deployed = await this.describe();
      tellSpecs(this.deploymentFile, deployed);
      return deployed;
    });
  }

  async specs(label: string, pattern: string): Promise<void> {
    const { progress, emulator, target, deploymentFile } = this;
    const environment = { ...clientEnvironment(emulator), EMULATOR_URL: emulator.endpoint, EMULATOR_TARGET: target };
    await progress.step(label, async () => {
      const names = await runSpecs(progress, { pattern, environment, deploymentFile, workers: WORKERS[target] });
      names.forEach(name => this.ran.add(name));
    });
  }

  async destroy(stack: Deployed): Promise<void> {
    await this.progress.step('cdklocal destroy', async () => {
      await emptyBucket(this.client, physicalId(stack, 'AWS::S3::Bucket'));
      await this.cdk.destroy();
      this.deployments = 0;
      if (await stackExists(this.client, STACK)) {
        throw new Error(`the stack ${STACK} is still there after cdklocal destroy`);
      }
    });
  }

  /** Helps to find the cause of a failure; an error here must not hide the failure. */
  async showLogs(): Promise<void> {
    await keepFunctionLogs(this.client, this.progress).catch(
      error => this.progress.note(`no logs of the functions: ${error}`),
    );
    this.progress.showEnd(FUNCTION_LOG);
  }

  /** Every known failure must be among the tests that ran; this detects a renamed test. */
  async checkDeviations(): Promise<void> {
    await this.progress.step('every known deviation is one of a test that ran', async () => {
      const strays = DEVIATIONS.filter(
        ({ on, test }) => on.includes(this.target) && ![...this.ran].some(name => matchesTest(test, name)),
      );
      if (strays.length > 0) {
        throw new Error(`deviations.ts names tests that did not run: ${strays.map(({ test }) => test).join('; ')}`);
      }
    });
  }

  private async describe(): Promise<Deployed> {
    const template = join(this.cdk.assembly, `${STACK}.template.json`);
    const resources = await listResources(this.client, STACK);
    const { endpoint, certificate } = this.emulator;
    return {
      emulator: this.target,
      endpoint,
      certificate,
      stackName: STACK,
      template,
      updated: this.deployments > 1,
      apiId: physicalId({ template, resources }, 'AWS::ApiGateway::RestApi'),
      resources,
      ledger: join(this.progress.folder, 'photos.json'),
      caller: this.target === 'ministack-iam'
        ? await assumeRole(this.client, physicalId({ template, resources }, 'AWS::IAM::Role', /^Backend/))
        : CREDENTIALS,
    };
  }
}
