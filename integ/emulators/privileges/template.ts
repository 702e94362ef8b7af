import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, DescribeStacksCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { buildClientOptions, type Deployed, type Template } from '../deployment';
import { type Handler, HANDLERS } from '../functions';

export interface Grant {
  readonly handler: Handler;
  readonly action: string;
  /** Resource of the grant, where the same action is also granted on another resource. */
  readonly on?: string;
}

/** Grants that MiniStack never checks, or that no probe needs, with the reason. */
const UNTESTED: readonly {
  readonly action: string;
  readonly of?: Handler;
  readonly on?: string;
  readonly reason: string;
}[] = [
  { action: 'logs:CreateLogStream', reason: 'MiniStack writes the logs of functions itself.' },
  { action: 'logs:PutLogEvents', reason: 'MiniStack writes the logs of functions itself.' },
  { action: 'xray:PutTraceSegments', reason: 'MiniStack has no X-Ray.' },
  { action: 'xray:PutTelemetryRecords', reason: 'MiniStack has no X-Ray.' },
  {
    action: 'dynamodb:PutItem',
    of: 'Worker',
    on: 'refused#*',
    reason: 'No small image is certain to end a decoder; test/construct/table-rights.test.ts evaluates the policy.',
  },
  ...(['Worker', 'Invalidations'] as const).flatMap(of =>
    ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ReceiveMessage'].map(action => ({
      action: `sqs:${action}`,
      of,
      reason: 'MiniStack takes messages from queues past its own API. Lambda does it by the role of the function.',
    }))),
  ...['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(action => ({
    action: `dynamodb:${action}`,
    of: 'Events' as const,
    reason: 'MiniStack reads streams past its own API. Lambda does it by the role of the function.',
  })),
  {
    action: 'sqs:SendMessage',
    of: 'Events',
    reason: 'MiniStack ignores the on-failure queue of a stream. Lambda writes to it by the role of the function.',
  },
];

/** The form in which probes name the grants that they need. */
export function nameGrant({ action, on }: Pick<Grant, 'action' | 'on'>): string {
  return on === undefined ? action : `${action} on ${on}`;
}

interface Statement {
  Action: string | string[];
  readonly Resource?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Policy {
  readonly PolicyDocument: { Statement: Statement[] };
  readonly Roles?: { readonly Ref: string }[];
}

/**
 * Returns every action that the template grants to a function. Throws if a grant has a form that this code does not
 * read.
 */
export function listGrants(template: Template): Grant[] {
  const others = Object.entries(template.Resources).filter(([, { Type, Properties = {} }]) =>
    Type === 'AWS::IAM::ManagedPolicy'
      || (Type === 'AWS::IAM::Role' && isOfLambda(Properties)
        && ('ManagedPolicyArns' in Properties || 'Policies' in Properties)));
  if (others.length > 0) {
    throw new Error(`functions must be granted by AWS::IAM::Policy alone, got: ${others.map(([id]) => id).join(', ')}`);
  }
  const strange = listIds(template, 'AWS::Lambda::Function').filter(
    id => HANDLERS.filter(handler => id.includes(handler)).length !== 1,
  );
  if (strange.length > 0) {
    throw new Error(
      `every function must be one of ${HANDLERS.join(', ')}, got: ${strange.join(', ')}; name it in privileges/template.ts, and write its probes`,
    );
  }
  return HANDLERS.flatMap(
    handler => listStatements(template, handler).flatMap(statement => listStatementGrants(handler, statement)),
  )
    .filter(isTested);
}

function listStatementGrants(handler: Handler, { Action, Resource, Condition }: Statement): Grant[] {
  // Prefixes of the bucket, queues with a restricted use, and items of one kind.
  const [of] = /originals\/\*|variants\/\*|DeadLetters|(?<=Queue)Surplus|Invalidations(?=Queue)/.exec(
    JSON.stringify(Resource ?? ''),
  ) ?? [];
  const keys = [Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? []].flat();
  const on = of ?? (keys.length === 1 ? String(keys[0]) : undefined);
  return [Action].flat().map(action => ({ handler, action, ...on && { on } }));
}

function isTested({ handler, action, on }: Grant): boolean {
  return !UNTESTED.some(
    grant => grant.action === action && (grant.of ?? handler) === handler && (grant.on ?? on) === on,
  );
}

/** The template without one action; removes the whole statement if it has no other action. */
export function removeGrant(template: Template, grant: Grant): Template {
  const changed = structuredClone(template);
  for (const { PolicyDocument } of listPolicies(changed, grant.handler)) {
    for (const statement of PolicyDocument.Statement) {
      statement.Action = listStatementGrants(grant.handler, statement)
        .filter(each => nameGrant(each) !== nameGrant(grant))
        .map(({ action }) => action);
    }
    PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Action }) => Action.length > 0);
  }
  return changed;
}

/** Uses a bucket, because a request accepts templates of at most 51 200 bytes. */
export async function updateStack(stack: Deployed, template: Template): Promise<void> {
  const place = { Bucket: 'templates-without-grants', Key: `${randomUUID()}.json` };
  const s3 = new S3Client({ ...buildClientOptions(stack), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: place.Bucket }));
  await s3.send(new PutObjectCommand({ ...place, Body: JSON.stringify(template) }));
  const client = new CloudFormationClient(buildClientOptions(stack));
  const TemplateURL = `${stack.endpoint}/${place.Bucket}/${place.Key}`;
  await client.send(
    new UpdateStackCommand({ StackName: stack.stackName, TemplateURL, Capabilities: ['CAPABILITY_NAMED_IAM'] }),
  );
  await waitUntilUpdated(client, stack.stackName);
}

/** The SDK's own waiter waits whole seconds, which is most of the time of dozens of updates. */
async function waitUntilUpdated(client: CloudFormationClient, StackName: string): Promise<void> {
  for (const until = performance.now() + UPDATE_MS; performance.now() < until; await sleep(100)) {
    const { Stacks: [{ StackStatus = '' } = {}] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    if (StackStatus === 'UPDATE_COMPLETE') return;
    if (!StackStatus.endsWith('_IN_PROGRESS')) {
      throw new Error(`the update of ${StackName} must be complete, got: ${StackStatus}`);
    }
  }
  throw new Error(`the update of ${StackName} was not complete after ${UPDATE_MS} ms`);
}

const UPDATE_MS = 60_000;

function isOfLambda(role: object): boolean {
  return JSON.stringify(role).includes('lambda.amazonaws.com');
}

function listStatements(template: Template, handler: Handler): Statement[] {
  return listPolicies(template, handler).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** All policies of the function's role, regardless of their names. */
function listPolicies({ Resources }: Template, handler: Handler): Policy[] {
  const roles = Object.entries(Resources)
    .filter(([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.includes(handler))
    .map(([, { Properties }]) => Properties!.Role['Fn::GetAtt'][0] as string);
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .map(({ Properties }) => Properties as Policy)
    .filter(({ Roles = [] }) => Roles.some(role => roles.includes(role.Ref)));
}

function listIds({ Resources }: Template, type: string): string[] {
  return Object.keys(Resources).filter(id => Resources[id].Type === type);
}
