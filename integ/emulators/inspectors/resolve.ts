import type { Template } from '../deployment';

/** Values of the template's references after deployment. */
export interface Scope {
  readonly template: Template;
  /** Physical ids by logical id. */
  readonly resources: Readonly<Record<string, string>>;
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  /** Attributes that only the emulator knows, by `<logical id>.<name>`. */
  readonly chosen: Readonly<Record<string, string>>;
}

/** Resolves a template value as CloudFormation does. */
export function resolve(value: unknown, scope: Scope): any {
  if (Array.isArray(value)) return value.map(item => resolve(item, scope));
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = [''], ...others] = Object.entries(value);
  if (others.length === 0 && /^(Ref$|Fn::)/.test(name)) return resolveIntrinsic(name, argument, scope);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, scope)]));
}

function resolveIntrinsic(name: string, argument: any, scope: Scope): any {
  switch (name) {
    case 'Ref': return resolveReference(argument, scope);
    case 'Fn::GetAtt': return resolveAttribute(argument[0], argument[1], scope);
    case 'Fn::Join': return resolve(argument[1], scope).join(argument[0]);
    case 'Fn::Select': return resolve(argument[1], scope)[argument[0]];
    case 'Fn::Split': return resolve(argument[1], scope).split(argument[0]);
    case 'Fn::Sub': return substituteNames(argument, scope);
    default: throw new Error(`resolve.ts does not know ${name} yet, got: ${JSON.stringify(argument)}`);
  }
}

/** `${Id}`, `${Id.Attribute}`, and `${!Literal}`, which becomes `${Literal}`. */
function substituteNames(text: unknown, scope: Scope): string {
  if (typeof text !== 'string') {
    throw new Error(`resolve.ts knows Fn::Sub of a text only, got: ${JSON.stringify(text)}`);
  }
  return text.replace(
    /\$\{(!?)([^}.]+)(?:\.([^}]+))?\}/g, (all: string, literal: string, id: string, name?: string) => {
      if (literal) return all.replace('!', '');
      return name === undefined ? resolveReference(id, scope) : resolveAttribute(id, name, scope);
    },
  );
}

function resolveReference(id: string, { account, region, stackName, resources }: Scope): string {
  const pseudoParameters: Record<string, string> = {
    'AWS::AccountId': account,
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const value = pseudoParameters[id] ?? resources[id];
  if (value === undefined) throw new Error(`the stack has nothing that is called ${id}`);
  return value;
}

/** Of the physical id, and the properties of the resource. */
type Attribute = (id: string, scope: Scope, properties: Readonly<Record<string, any>>) => string;

/** Computed here instead of read from the emulator, so that a wrong value of the emulator is found. */
const ARNS: Readonly<Record<string, Attribute>> = {
  'AWS::CloudWatch::Alarm': (name, { region, account }) => `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`,
  'AWS::DynamoDB::Table': (name, { region, account }) => `arn:aws:dynamodb:${region}:${account}:table/${name}`,
  'AWS::Events::EventBus': (name, { region, account }) => `arn:aws:events:${region}:${account}:event-bus/${name}`,
  'AWS::Events::Rule': (id, { region, account }, { EventBusName }) => (
    `arn:aws:events:${region}:${account}:rule/${[EventBusName ?? [], id.split('|').at(-1)].flat().join('/')}`
  ),
  'AWS::IAM::Role': (name, { account }) => `arn:aws:iam::${account}:role/${name}`,
  'AWS::Lambda::Function': (name, { region, account }) => `arn:aws:lambda:${region}:${account}:function:${name}`,
  'AWS::Logs::LogGroup': (name, { region, account }) => `arn:aws:logs:${region}:${account}:log-group:${name}:*`,
  'AWS::SQS::Queue': (url, { region, account }) => `arn:aws:sqs:${region}:${account}:${url.split('/').at(-1)}`,
  'AWS::S3::Bucket': name => `arn:aws:s3:::${name}`,
};

const OTHERS: Readonly<Record<string, Attribute>> = {
  'AWS::CloudFront::Function.FunctionARN': (name, { account }) => `arn:aws:cloudfront::${account}:function/${name}`,
  'AWS::CloudFront::OriginAccessControl.Id': id => id,
  'AWS::SQS::Queue.QueueName': url => url.split('/').at(-1)!,
  'AWS::S3::Bucket.RegionalDomainName': (name, { region }) => `${name}.s3.${region}.amazonaws.com`,
};

function resolveAttribute(id: string, name: string, scope: Scope): string {
  const type = scope.template.Resources[id]?.Type;
  const chosen = scope.chosen[`${id}.${name}`];
  if (chosen !== undefined) return chosen;
  const known = name === 'Arn' ? ARNS[type] : OTHERS[`${type}.${name}`];
  if (!known) throw new Error(`resolve.ts does not know the attribute ${name} of ${id} (${type}) yet`);
  return known(resolveReference(id, scope), scope, resolve(scope.template.Resources[id].Properties ?? {}, scope));
}
