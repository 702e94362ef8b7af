import { join } from 'node:path';
import { CdkLocal, buildClientEnvironment, CREDENTIALS } from './cdklocal';
import { buildClientOptions, findPhysicalId, tellSpecs, type Deployed, type Target } from './deployment';
import { DEVIATIONS, matchesTest } from './deviations';
import type { Emulator } from './emulator';
import type { Progress } from './progress';
import { runSpecs } from './specs';
import {
  assumeRole, emptyBucket, FUNCTION_LOG, keepFunctionLogs, listResources, doesStackExist, type ClientOptions,
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
    this.client = buildClientOptions(emulator);
    this.deploymentFile = join(progress.folder, 'deployment.json');
  }

  async bootstrap(): Promise<void> {
    await this.progress.runStep('cdklocal bootstrap', async () => this.cdk.bootstrap());
  }

  /** Protects an existing stack of this name: the run empties and destroys its own stack at the end. */
  async checkAbsent(): Promise<void> {
    await this.progress.runStep(`no stack ${STACK} is there yet`, async () => {
      if (!await doesStackExist(this.client, STACK)) return;
      const way = 'cd examples/quickstart && npx cdklocal destroy --context emulator=true';
      throw new Error(
        `the emulator at ${this.emulator.endpoint} has a stack ${STACK} already, which would be changed, emptied and destroyed: remove it first (${way})`,
      );
    });
  }

  async deploy(label: string, context?: Record<string, string>): Promise<Deployed> {
    return this.progress.runStep(label, async () => {
      await this.cdk.deploy(context);
      this.deployments++;
      const deployed = await this.describe();
      tellSpecs(this.deploymentFile, deployed);
      return deployed;
    });
  }

  async runSpecs(label: string, pattern: string): Promise<void> {
    const { progress, emulator, target, deploymentFile } = this;
    const environment = {
      ...buildClientEnvironment(emulator), EMULATOR_URL: emulator.endpoint, EMULATOR_TARGET: target,
    };
    await progress.runStep(label, async () => {
      const names = await runSpecs(progress, { pattern, environment, deploymentFile, workers: WORKERS[target] });
      names.forEach(name => this.ran.add(name));
    });
  }

  async destroy(stack: Deployed): Promise<void> {
    await this.progress.runStep('cdklocal destroy', async () => {
      await emptyBucket(this.client, findPhysicalId(stack, 'AWS::S3::Bucket'));
      await this.cdk.destroy();
      this.deployments = 0;
      if (await doesStackExist(this.client, STACK)) {
        throw new Error(`the stack ${STACK} is still there after cdklocal destroy`);
      }
    });
  }

  /** Helps to find the cause of a failure; an error here must not hide the failure. */
  async showLogs(): Promise<void> {
    await keepFunctionLogs(this.client, this.progress).catch(
      error => this.progress.showNote(`no logs of the functions: ${error}`),
    );
    this.progress.showEnd(FUNCTION_LOG);
  }

  /** Every known failure must be among the tests that ran; this detects a renamed test. */
  async checkDeviations(): Promise<void> {
    await this.progress.runStep('every known deviation is one of a test that ran', async () => {
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
      apiId: findPhysicalId({ template, resources }, 'AWS::ApiGateway::RestApi'),
      resources,
      ledger: join(this.progress.folder, 'photos.json'),
      caller: this.target === 'ministack-iam'
        ? await assumeRole(this.client, findPhysicalId({ template, resources }, 'AWS::IAM::Role', /^Backend/))
        : CREDENTIALS,
    };
  }
}
