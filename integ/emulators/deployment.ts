import { readFileSync, writeFileSync } from 'node:fs';
import { mendGatewayAnswer } from './answers';
import { CREDENTIALS, REGION } from './cdklocal';
import type { EmulatorName } from './options';
import type { ClientOptions } from './stack';
import { createDeployedEnvironment } from '../../test/environments/deployed';
import type { TestEnvironment } from '../../test/environments/environment';
import type { SigningIdentity } from '../../test/environments/sigv4';

/** Names the file in which `main.ts` tells the specs the target, the stack and its outputs. */
export const DEPLOYMENT_FILE = 'INTEG_DEPLOYMENT';

/** MiniStack counts as another target if it enforces IAM. */
export type Target = EmulatorName | 'ministack-iam';

export interface Deployed {
  readonly emulator: Target;
  readonly endpoint: string;
  /** Path of the emulator's TLS certificate. */
  readonly certificate?: string;
  readonly stackName: string;
  /** The template that CDK wrote. */
  readonly template: string;
  /** True if the stack had another template before. */
  readonly updated: boolean;
  readonly apiId: string;
  /** Physical names by logical id. */
  readonly resources: Record<string, string>;
  /** Signs requests to the API. */
  readonly caller: SigningIdentity;
  /** File in which a spec keeps results for a spec that runs after a redeploy. */
  readonly ledger: string;
}

export function tellSpecs(file: string, stack: Deployed): void {
  writeFileSync(file, JSON.stringify(stack, undefined, 2));
}

export function readDeployment(): Deployed {
  const file = process.env[DEPLOYMENT_FILE];
  if (!file) {
    throw new Error(`${DEPLOYMENT_FILE} must name a file, got nothing: these specs are run by \`npm run integ:local\``);
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Deployed;
}

/** Both emulators serve stages under this path; the URL in the stack's output is an AWS URL. */
export function findApiUrl({ endpoint, apiId }: Deployed): string {
  return `${endpoint}/_aws/execute-api/${apiId}/prod`;
}

/** Each concurrent request starts a process, which shares the machine with the emulator. */
const CROWD: Record<Target, number> = { 'ministack': 24, 'ministack-iam': 24, 'localstack': 4 };

/** The deployed service as an environment of the acceptance suite. */
export function createContractEnvironment(): TestEnvironment {
  const stack = readDeployment();
  const { emulator, caller } = stack;
  return createDeployedEnvironment({
    name: `deployed on ${emulator}`,
    url: findApiUrl(stack),
    region: REGION,
    identity: caller,
    maxConcurrency: CROWD[emulator],
    correct: mendGatewayAnswer,
  });
}

export function buildClientOptions(
  { endpoint, certificate }: Pick<Deployed, 'endpoint' | 'certificate'>,
): ClientOptions {
  const options = { endpoint, region: REGION, credentials: CREDENTIALS };
  return certificate === undefined
    ? options
    : { ...options, requestHandler: { httpsAgent: { ca: readFileSync(certificate) } } };
}

export interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties?: Record<string, any> }>;
}

export function parseTemplate({ template }: Pick<Deployed, 'template'>): Template {
  return JSON.parse(readFileSync(template, 'utf8')) as Template;
}

/** Physical name of the only resource of a type. With a pattern: the only one with a matching logical id. */
export function findPhysicalId(stack: Pick<Deployed, 'template' | 'resources'>, type: string, logicalId = /./): string {
  const [found, ...others] = Object.entries(parseTemplate(stack).Resources).filter(
    ([id, { Type }]) => Type === type && logicalId.test(id),
  );
  if (!found || others.length > 0) {
    throw new Error(`the stack must have one ${type} like ${logicalId}, got ${found ? others.length + 1 : 0}`);
  }
  return stack.resources[found[0]];
}
