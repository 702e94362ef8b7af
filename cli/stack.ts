import {
  CloudFormationClient, DescribeStacksCommand, paginateListStackResources, type Stack,
} from '@aws-sdk/client-cloudformation';
import { type Connection, explainError } from './connection';

/** An operator function that an output of a stack names. */
interface Service {
  /** The construct's ids below its stack, joined: the start of the output's key. */
  readonly id: string;
  readonly functionName: string;
}

export interface StackTarget {
  readonly stack: string;
  readonly service?: string;
}

/** Key of the construct's output `OperatorFunctionName`: CDK appends a hash of eight digits. */
const OUTPUT_KEY = /^(?<id>.*?)OperatorFunctionName(?:[0-9A-F]{8})?$/;

const NESTED_STACK = 'AWS::CloudFormation::Stack';

/** A stack in an emulator could contain itself. */
const MOST_STACKS = 500;

/** Finds the operator function by the outputs of a stack and its nested stacks. */
export async function findFunction({ stack, service }: StackTarget, connection: Connection): Promise<string> {
  const client = new CloudFormationClient(connection);
  try {
    const { services, status } = await listServices(client, stack);
    return choose(services, { stack, service }, status);
  } catch (error) {
    throw new Error(explain(error as Error & { code?: string }, stack, connection), { cause: error });
  } finally {
    client.destroy();
  }
}

async function listServices(
  client: CloudFormationClient, root: string,
): Promise<{ services: Service[]; status: string }> {
  const services: Service[] = [];
  let status = '';
  const names = [root];
  for (let at = 0; at < names.length && at < MOST_STACKS; at++) {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: names[at] }));
    if (stack === undefined) continue;
    if (at === 0) status = stack.StackStatus ?? '';
    services.push(...readOutputs(stack));
    for (const nested of await listNestedStacks(client, names[at])) if (!names.includes(nested)) names.push(nested);
  }
  return { services, status };
}

function readOutputs({ Outputs = [] }: Stack): Service[] {
  return Outputs.flatMap(({ OutputKey = '', OutputValue }) => {
    const id = OUTPUT_KEY.exec(OutputKey)?.groups?.id;
    return id === undefined || !OutputValue ? [] : [{ id, functionName: OutputValue }];
  });
}

async function listNestedStacks(client: CloudFormationClient, StackName: string): Promise<string[]> {
  const nested: string[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
    for (const { ResourceType, PhysicalResourceId, ResourceStatus } of StackResourceSummaries) {
      if (ResourceType === NESTED_STACK && PhysicalResourceId && ResourceStatus !== 'DELETE_COMPLETE') {
        nested.push(PhysicalResourceId);
      }
    }
  }
  return nested;
}

function choose(services: readonly Service[], { stack, service }: StackTarget, status: string): string {
  if (services.length === 0) {
    throw new Found(`the stack ${stack} (${status}) must have an output OperatorFunctionName, which every image service with Processing.queue() has; got: none, also in its nested stacks`);
  }
  const matching = service === undefined ? services : findById(services, service);
  if (matching.length === 1) return matching[0].functionName;
  const found = services.map(({ id, functionName }) => `${id} (function ${functionName})`).join(', ');
  if (service !== undefined && matching.length === 0) {
    throw new Found(`--service must be the construct id of an image service in the stack ${stack}, got: ${service}; it has: ${found}`);
  }
  throw new Found(`the stack ${stack} has ${matching.length} image services: ${found}; choose one with --service <construct id> or --function <name>`);
}

/** Output keys hold letters and digits only. Below another construct, the own id is the end of the key. */
function findById(services: readonly Service[], service: string): readonly Service[] {
  const wanted = service.replace(/[^A-Za-z0-9]/g, '');
  const same = services.filter(({ id }) => id === wanted);
  return same.length > 0 || wanted === '' ? same : services.filter(({ id }) => id.endsWith(wanted));
}

/** An error with a text of our own. */
class Found extends Error {}

function explain(error: Error & { code?: string }, stack: string, { endpoint }: Connection): string {
  const { name, message } = error;
  if (error instanceof Found) return message;
  if (name === 'ValidationError' && message.includes('does not exist')) {
    return `this account and region have no stack ${stack}: check --stack, and pass its region as --region`;
  }
  if (name === 'AccessDenied' || name === 'AccessDeniedException') {
    return `these credentials must allow cloudformation:DescribeStacks and cloudformation:ListStackResources on the stack ${stack} and its nested stacks; or pass --function <name>. ${message}`;
  }
  if (endpoint !== undefined && message.includes('Deserialization error')) {
    return `${endpoint} must have CloudFormation for --stack; pass --function <name>, on the local server --function operator`;
  }
  return explainError(error) ?? (message || name);
}
