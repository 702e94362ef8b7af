import { readFileSync, writeFileSync } from 'node:fs';
import { mendGatewayAnswer } from './answers';
import { CREDENTIALS, REGION } from './cdklocal';
import type { EmulatorName } from './options';
import type { ClientOptions } from './stack';
import { deployedWorld } from '../../test/worlds/deployed';
import type { World } from '../../test/worlds/world';

/** Names the file in which `main.ts` tells the specs what it deployed, and where. */
export const DEPLOYMENT_FILE = 'INTEG_DEPLOYMENT';

export interface Deployed {
  readonly emulator: EmulatorName;
  readonly endpoint: string;
  readonly stackName: string;
  /** The template as CDK wrote it. */
  readonly template: string;
  readonly apiId: string;
  /** Physical names by logical id. */
  readonly resources: Record<string, string>;
  /** Keeps what one spec did for another that comes after a redeploy. */
  readonly ledger: string;
}

export function tellSpecs(file: string, stack: Deployed): void {
  writeFileSync(file, JSON.stringify(stack, undefined, 2));
}

export function deployed(): Deployed {
  const file = process.env[DEPLOYMENT_FILE];
  if (!file) throw new Error(`${DEPLOYMENT_FILE} must name a file, got nothing: these specs are run by \`npm run integ:local\``);
  return JSON.parse(readFileSync(file, 'utf8')) as Deployed;
}

/** Both emulators serve stages under this path; the URL in the stack's output is one of AWS. */
export function apiUrl({ endpoint, apiId }: Deployed): string {
  return `${endpoint}/_aws/execute-api/${apiId}/prod`;
}

/** Every request that meets another starts a process, which shares the machine with the emulator. */
const CROWD = { ministack: 24, localstack: 4 };

/** The deployed service as a world of the acceptance suite. */
export function contractWorld(): World {
  const stack = deployed();
  return deployedWorld({
    name: `deployed on ${stack.emulator}`, url: apiUrl(stack), region: REGION, identity: CREDENTIALS, crowd: CROWD[stack.emulator], mend: mendGatewayAnswer,
  });
}

export function clientOptions({ endpoint }: Pick<Deployed, 'endpoint'>): ClientOptions {
  return { endpoint, region: REGION, credentials: CREDENTIALS };
}

export interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties?: Record<string, any> }>;
}

export function templateOf({ template }: Pick<Deployed, 'template'>): Template {
  return JSON.parse(readFileSync(template, 'utf8')) as Template;
}

/** Physical name of the only resource of a type. */
export function physicalId(stack: Pick<Deployed, 'template' | 'resources'>, type: string): string {
  const [id, ...others] = Object.entries(templateOf(stack).Resources).filter(([, { Type }]) => Type === type);
  if (!id || others.length > 0) throw new Error(`the stack must have one ${type}, got ${id ? others.length + 1 : 0}`);
  return stack.resources[id[0]];
}
