import { App, CfnResource, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { testApp } from './synth';
import { ImageService } from '../../src';

interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, any>;
}

interface Naming {
  /** Location of the name in the properties of CDK's class. */
  readonly nameOf: (properties: Record<string, any>) => unknown;
  readonly max: number;
  readonly pattern: RegExp;
  /** Unique in the Region only, so the name does not end with it. */
  readonly isRegional?: boolean;
}

/**
 * CloudFront's names are unique in the account, across all regions. Lengths and characters are those of its API
 * reference and of CloudFormation's.
 */
const CLOUDFRONT = /^[A-Za-z0-9_-]+$/;
const NAMED: Record<string, Naming> = {
  'AWS::CloudFront::CachePolicy': { nameOf: p => p.cachePolicyConfig.name, max: 128, pattern: CLOUDFRONT },
  'AWS::CloudFront::Function': { nameOf: p => p.name, max: 64, pattern: CLOUDFRONT },
  'AWS::CloudFront::KeyGroup': { nameOf: p => p.keyGroupConfig.name, max: 64, pattern: CLOUDFRONT },
  'AWS::CloudFront::OriginAccessControl': {
    nameOf: p => p.originAccessControlConfig.name,
    max: 64,
    pattern: CLOUDFRONT,
  },
  'AWS::CloudFront::PublicKey': { nameOf: p => p.publicKeyConfig.name, max: 64, pattern: CLOUDFRONT },
  'AWS::CloudFront::ResponseHeadersPolicy': {
    nameOf: p => p.responseHeadersPolicyConfig.name,
    max: 128,
    pattern: CLOUDFRONT,
  },
  'AWS::CloudWatch::Alarm': { nameOf: p => p.alarmName, max: 255, pattern: CLOUDFRONT, isRegional: true },
  'AWS::Logs::QueryDefinition': { nameOf: p => p.name, max: 255, pattern: /^[A-Za-z0-9_/ -]+$/, isRegional: true },
  'AWS::CloudWatch::CompositeAlarm': { nameOf: p => p.alarmName, max: 255, pattern: CLOUDFRONT, isRegional: true },
};

/**
 * Named, but not unique in the account. API Gateway allows equal names of APIs. The name of this log group contains the
 * API's id. The other names are references.
 */
const NOT_UNIQUE = [
  'AWS::ApiGateway::RestApi', 'AWS::ApiGateway::Stage', 'AWS::Logs::LogGroup', 'AWS::Lambda::EventSourceMapping',
  'AWS::Logs::MetricFilter', 'AWS::Lambda::Permission', 'AWS::IAM::Policy',
];

function listResources(stack: Stack): [string, Resource][] {
  return Object.entries(Template.fromStack(stack).toJSON().Resources as Record<string, Resource>);
}

/**
 * Lists names by type, with tokens replaced as in the longest region. It does not synthesize, which would take minutes.
 */
function listNames(stack: Stack): [string, string][] {
  const resources = stack.node.findAll().filter(child => CfnResource.isCfnResource(child)).filter(
    ({ cfnResourceType }) => cfnResourceType in NAMED,
  );
  return resources.map(resource => {
    const { cfnProperties } = resource as unknown as { cfnProperties: Record<string, any> };
    return [
      resource.cfnResourceType, formatValue(stack.resolve(NAMED[resource.cfnResourceType].nameOf(cfnProperties))),
    ];
  });
}

function formatValue(value: any): string {
  if (typeof value === 'string') return value;
  if (value.Ref === 'AWS::Region') return 'ap-southeast-1';
  return value['Fn::Join'][1].map(formatValue).join('');
}

const REGIONS = [undefined, 'ap-southeast-1', 'us-east-1'];
const LENGTHS = [10, 30, 48, 67, 90, 128, 180, 250];

/** Makes a service with a path of this length. `differ` changes its last character only. */
function makeDeepStack(scope: Construct, length: number, region: string | undefined, differ = 'x'): Stack {
  const stack = new Stack(scope, 'S'.repeat(Math.min(length - 5, 67)), { env: { region } });
  const left = length - stack.node.path.length - 2;
  const outer = left > 60 ? new Construct(stack, 'p'.repeat(left - 40)) : stack;
  new ImageService(outer, `${'i'.repeat(Math.max(1, length - outer.node.path.length - 2))}${differ}`);
  return stack;
}


describe.each(REGIONS)('resource names in region %s', region => {
  test.each(LENGTHS)('are distinct, short enough and stable for a path of %d characters', length => {
    const [first, again, other] = ['x', 'x', 'y'].map(
      differ => listNames(makeDeepStack(testApp(), length, region, differ)),
    );
    expect(first).toEqual(again);
    expect(first.length).toBeGreaterThanOrEqual(8);
    for (const [type, name] of first) {
      expect(name.length).toBeLessThanOrEqual(NAMED[type].max);
      expect(name).toMatch(NAMED[type].pattern);
      if (!NAMED[type].isRegional) expect(name).toMatch(new RegExp(`-${region ?? 'ap-southeast-1'}$`));
    }
    const all = [...first, ...other].map(pair => pair.join(' '));
    expect(new Set(all).size).toBe(all.length);
  });
});

test('the same stack in two stages, two regions and a nested stack gets distinct names', () => {
  const makeStacks = (app: App): Stack[] => [
    new Stack(new Stage(app, 'Beta'), 'Stack'), new Stack(new Stage(app, 'Prod'), 'Stack'),
    new Stack(app, 'Stack', { env: { region: 'eu-west-1' } }),
    new Stack(new Stage(new Stage(app, 'Outer'), 'Inner'), 'Stack'), new NestedStack(new Stack(app, 'Parent'), 'Stack'),
    new NestedStack(new Stack(app, 'Parent2'), 'Stack'),
  ];
  const names = makeStacks(testApp()).flatMap(stack => {
    new ImageService(stack, 'Images');
    return listNames(stack).map(pair => pair.join(' '));
  });
  expect(names.length).toBeGreaterThanOrEqual(6 * 8);
  expect(new Set(names).size).toBe(names.length);
});

test('this test lists every named resource, and outputs have no export name', () => {
  const stack = makeDeepStack(testApp(), 30, undefined);
  const named = listResources(stack).filter(([, { Properties = {} }]) => nameKeys(Properties).length > 0).map(
    ([, { Type }]) => Type,
  );
  expect([...new Set(named)].filter(type => !(type in NAMED) && !NOT_UNIQUE.includes(type))).toEqual([]);
  for (const output of Object.values(Template.fromStack(stack).findOutputs('*'))) {
    expect(output).not.toHaveProperty('Export');
  }
});

/** `Name`, `FunctionName` and similar properties, at the top level or in the only object of a configuration. */
function nameKeys(properties: Record<string, any>): string[] {
  const configuration = Object.entries(properties).filter(([key]) => key.endsWith('Config')).flatMap(
    ([, value]) => Object.keys(value),
  );
  return [...Object.keys(properties), ...configuration].filter(
    key => /^(|Rule|Queue|Role|Function|Table|Bucket|LogGroup|Policy|Schedule|Export|Secret|Api)Name$/.test(key)
      || key === 'Name',
  );
}
