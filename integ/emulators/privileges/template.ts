import { randomUUID } from 'node:crypto';
import { CloudFormationClient, UpdateStackCommand, waitUntilStackUpdateComplete } from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientOptions, type Deployed, type Template } from '../deployment';
import { type Handler, HANDLERS } from '../functions';

export interface Grant {
  readonly handler: Handler;
  readonly action: string;
  /** What it is granted on, where that tells it apart from the same action on something else. */
  readonly on?: string;
}

/** Grants that MiniStack never asks for, and why. */
const UNTESTED: readonly { readonly action: string; readonly of?: Handler; readonly reason: string }[] = [
  { action: 'logs:CreateLogStream', reason: 'MiniStack writes the logs of functions itself.' },
  { action: 'logs:PutLogEvents', reason: 'MiniStack writes the logs of functions itself.' },
  { action: 'xray:PutTraceSegments', reason: 'MiniStack has no X-Ray.' },
  { action: 'xray:PutTelemetryRecords', reason: 'MiniStack has no X-Ray.' },
  ...['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ReceiveMessage'].map(action => ({
    action: `sqs:${action}`, of: 'Worker' as const, reason: 'MiniStack takes messages from queues past its own API. Lambda does it by the role of the worker.',
  })),
];

/** As probes name what they need, and people read it. */
export function nameOf({ action, on }: Pick<Grant, 'action' | 'on'>): string {
  return on === undefined ? action : `${action} on ${on}`;
}

interface Statement {
  Action: string | string[];
  readonly Resource?: unknown;
}

interface Policy {
  readonly PolicyDocument: { Statement: Statement[] };
  readonly Roles?: { readonly Ref: string }[];
}

/** Every action that the template grants to a function. Throws where one could be granted in a way that is not looked at here. */
export function grantsOf(template: Template): Grant[] {
  const others = Object.entries(template.Resources).filter(([, { Type, Properties = {} }]) =>
    Type === 'AWS::IAM::ManagedPolicy' || (Type === 'AWS::IAM::Role' && isOfLambda(Properties) && ('ManagedPolicyArns' in Properties || 'Policies' in Properties)));
  if (others.length > 0) throw new Error(`functions must be granted by AWS::IAM::Policy alone, got: ${others.map(([id]) => id).join(', ')}`);
  const strange = idsOf(template, 'AWS::Lambda::Function').filter(id => HANDLERS.filter(handler => id.includes(handler)).length !== 1);
  if (strange.length > 0) throw new Error(`every function must be one of ${HANDLERS.join(', ')}, got: ${strange.join(', ')}; name it in privileges/template.ts, and write its probes`);
  return HANDLERS.flatMap(handler => statementsOf(template, handler).flatMap(statement => grantsIn(handler, statement))).filter(isTested);
}

function grantsIn(handler: Handler, { Action, Resource }: Statement): Grant[] {
  // Prefixes of the bucket, and the one of two queues that is not for everybody.
  const [on] = /originals\/\*|variants\/\*|DeadLetters/.exec(JSON.stringify(Resource ?? '')) ?? [];
  return [Action].flat().map(action => ({ handler, action, ...on && { on } }));
}

function isTested({ handler, action }: Grant): boolean {
  return !UNTESTED.some(grant => grant.action === action && (grant.of ?? handler) === handler);
}

/** The template without one action, or without the whole statement where it held no other. */
export function without(template: Template, grant: Grant): Template {
  const changed = structuredClone(template);
  for (const { PolicyDocument } of policiesOf(changed, grant.handler)) {
    for (const statement of PolicyDocument.Statement) {
      statement.Action = grantsIn(grant.handler, statement).filter(each => nameOf(each) !== nameOf(grant)).map(({ action }) => action);
    }
    PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Action }) => Action.length > 0);
  }
  return changed;
}

/** By way of a bucket, since a request takes templates of up to 51 200 bytes only. */
export async function updateStack(stack: Deployed, template: Template): Promise<void> {
  const place = { Bucket: 'templates-without-grants', Key: `${randomUUID()}.json` };
  const s3 = new S3Client({ ...clientOptions(stack), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: place.Bucket }));
  await s3.send(new PutObjectCommand({ ...place, Body: JSON.stringify(template) }));
  const client = new CloudFormationClient(clientOptions(stack));
  const TemplateURL = `${stack.endpoint}/${place.Bucket}/${place.Key}`;
  await client.send(new UpdateStackCommand({ StackName: stack.stackName, TemplateURL, Capabilities: ['CAPABILITY_NAMED_IAM'] }));
  await waitUntilStackUpdateComplete({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { StackName: stack.stackName });
}

function isOfLambda(role: object): boolean {
  return JSON.stringify(role).includes('lambda.amazonaws.com');
}

function statementsOf(template: Template, handler: Handler): Statement[] {
  return policiesOf(template, handler).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** All policies of the function's role, whatever they are called. */
function policiesOf({ Resources }: Template, handler: Handler): Policy[] {
  const roles = Object.entries(Resources).filter(([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.includes(handler))
    .map(([, { Properties }]) => Properties!.Role['Fn::GetAtt'][0] as string);
  return Object.values(Resources).filter(({ Type }) => Type === 'AWS::IAM::Policy').map(({ Properties }) => Properties as Policy)
    .filter(({ Roles = [] }) => Roles.some(role => roles.includes(role.Ref)));
}

function idsOf({ Resources }: Template, type: string): string[] {
  return Object.keys(Resources).filter(id => Resources[id].Type === type);
}
