import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { makeSecurityGroup, makeVpc } from './combinations';
import { synthesize, testApp, type PropsFor, type Resource, type Synthesized } from './synth';
import { Compute, ImageService, Processing, Scanner } from '../../src';

const inVpc: PropsFor = stack => ({ compute: Compute.zip({ vpc: makeVpc(stack) }) });
const withClamAv = (mirror?: string): PropsFor => stack => ({
  compute: Compute.containerImage({ vpc: makeVpc(stack) }),
  processing: Processing.queue({ scanner: Scanner.clamAv({ mirror }) }),
});
const withGuardDuty: PropsFor = stack => ({
  compute: Compute.zip({ vpc: makeVpc(stack) }),
  processing: Processing.queue({ scanner: Scanner.guardDuty() }),
});

const listVpcConfigs = ({ all }: Synthesized): [string, object | undefined][] =>
  Object.entries(all('AWS::Lambda::Function')).map(([id, { Properties }]) => [id, Properties.VpcConfig]);

describe('with a VPC', () => {
  test.each<[string, number, PropsFor]>([
    ['defaults', 7, inVpc], ['ClamAV', 10, withClamAv()], ['GuardDuty', 8, withGuardDuty],
  ])('every function runs in it, with one security group: %s', (_name, count, props) => {
    const result = synthesize(props);
    const [groupId] = Object.keys(result.all('AWS::EC2::SecurityGroup'));
    const expected = {
      SubnetIds: ['subnet-a', 'subnet-b'],
      SecurityGroupIds: [{ 'Fn::GetAtt': [groupId, 'GroupId'] }],
    };
    expect(listVpcConfigs(result)).toHaveLength(count);
    expect(listVpcConfigs(result)).toEqual(listVpcConfigs(result).map(([id]) => [id, expected]));
  });

  test('the functions of custom resources run in it too', () => {
    const { all } = synthesize(withClamAv());
    const tokens = Object.values(all('Custom::ImageServiceSigningKey'))
      .concat(Object.values(all('Custom::ImageServiceScannerObjects')))
      .map(({ Properties }) => Properties.ServiceToken['Fn::GetAtt'][0] as string);
    expect(tokens.map(id => all('AWS::Lambda::Function')[id].Properties.VpcConfig.SubnetIds)).toEqual([
      ['subnet-a', 'subnet-b'], ['subnet-a', 'subnet-b'],
    ]);
  });

  test('the security group allows HTTPS only, and no ingress', () => {
    const group = synthesize(inVpc).one('AWS::EC2::SecurityGroup').Properties;
    expect(group.VpcId).toBe('vpc-12345678');
    expect(group.SecurityGroupIngress).toBeUndefined();
    expect(group.SecurityGroupEgress).toMatchObject([
      { CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 },
    ]);
    synthesize(inVpc).template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });

  test.each([
    [undefined, [443]],
    ['clamav.example.com', [443, 80]],
    ['http://clamav.example.com/a', [443, 80]],
    ['https://clamav.example.com', [443]],
    ['https://clamav.example.com:8443', [443, 8443]],
    ['clamav.example.com:8080', [443, 8080]],
  ])('the security group allows the port of the mirror %s', (mirror, ports) => {
    const { SecurityGroupEgress } = synthesize(withClamAv(mirror)).one('AWS::EC2::SecurityGroup').Properties;
    expect(SecurityGroupEgress.map(({ FromPort }: { FromPort: number }) => FromPort)).toEqual(ports);
  });

  test('security groups and subnets of the user are used as they are', () => {
    const result = synthesize(stack => ({
      compute: Compute.zip({
        vpc: makeVpc(stack),
        vpcSubnets: { availabilityZones: ['b'] },
        securityGroups: [makeSecurityGroup(stack, 'sg-1'), makeSecurityGroup(stack, 'sg-2')],
      }),
    }));
    const expected = { SubnetIds: ['subnet-b'], SecurityGroupIds: ['sg-1', 'sg-2'] };
    expect(listVpcConfigs(result)).toEqual(listVpcConfigs(result).map(([id]) => [id, expected]));
    result.template.resourceCountIs('AWS::EC2::SecurityGroup', 0);
    result.template.resourceCountIs('AWS::EC2::SecurityGroupEgress', 0);
  });

  test('a NAT gateway of the same stack exists as long as the functions of custom resources', () => {
    const stack = new Stack(testApp(), 'Stack');
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 1, natGateways: 1 });
    new ImageService(stack, 'Images', { compute: Compute.zip({ vpc }) });
    const template = Template.fromStack(stack);
    const routes = Object.keys(template.findResources('AWS::EC2::Route')).filter(id => id.includes('Private'));
    expect(routes).toHaveLength(1);
    const functions = Object.entries(template.findResources('AWS::Lambda::Function') as Record<string, Resource>);
    for (const [id, { DependsOn }] of functions) {
      expect([id, DependsOn]).toEqual([id, expect.arrayContaining(routes)]);
    }
  });

  test('two services of a stack share the VPC and have their own security groups', () => {
    const stack = new Stack(testApp(), 'Stack');
    const compute = Compute.zip({ vpc: makeVpc(stack) });
    for (const id of ['Avatars', 'Photos']) new ImageService(stack, id, { compute });
    Template.fromStack(stack).resourceCountIs('AWS::EC2::SecurityGroup', 2);
  });
});

test('without a VPC no function has one, and no role may change network interfaces', () => {
  const result = synthesize();
  expect(listVpcConfigs(result)).toEqual(listVpcConfigs(result).map(([id]) => [id, undefined]));
  expect(JSON.stringify(result.template.toJSON())).not.toMatch(/ec2:|AWS::EC2/);
});

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: any;
  readonly Condition?: Record<string, Record<string, string>>;
}

const VALUES: Record<string, string> = {
  'AWS::Partition': 'aws', 'AWS::Region': 'eu-central-1', 'AWS::AccountId': '111122223333',
};

function renderArn(arn: any): string {
  if (typeof arn === 'string') return arn;
  return (arn['Fn::Join'][1] as any[]).map(part => (typeof part === 'string' ? part : VALUES[part.Ref])).join('');
}

function matches(arn: any, resource: string): boolean {
  const parts = renderArn(arn).split('*').map(part => part.replace(/[.+?^${}()|[\]\\/]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(resource);
}

/** IAM's rules for the statements of network interfaces: a matching Deny wins, and `Null` tests for an absent key. */
function isAllowed(statements: Statement[], action: string, resource: string, keys: string[] = []): boolean {
  const effects = statements
    .filter(({ Action }) => [Action].flat().includes(action))
    .filter(({ Resource }) => [Resource].flat().some(arn => matches(arn, resource)))
    .filter(({ Condition = {} }) => Object.entries(Condition).every(([operator, tests]) => {
      if (operator !== 'Null') throw new Error(`this test knows no operator ${operator}`);
      return Object.entries(tests).every(([key, isNull]) => isNull === `${!keys.includes(key)}`);
    }))
    .map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

describe('the permissions for network interfaces', () => {
  const result = synthesize(withClamAv());
  const policies = Object.entries(result.all('AWS::IAM::Policy'));
  const roles = Object.values(result.all('AWS::Lambda::Function')).map(({ Properties }) => Properties.Role['Fn::GetAtt'][0]);
  const own = 'arn:aws:ec2:eu-central-1:111122223333';

  test.each(roles)('%s has the actions of AWSLambdaVPCAccessExecutionRole, not for its own code', role => {
    const statements = policies.filter(([, { Properties }]) => Properties.Roles.some(({ Ref }: any) => Ref === role))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as Statement[]);
    const allowed = (action: string, resource: string) => isAllowed(statements, action, resource);
    expect({
      describesInterfaces: allowed('ec2:DescribeNetworkInterfaces', '*'),
      describesSubnets: allowed('ec2:DescribeSubnets', '*'),
      creates: allowed('ec2:CreateNetworkInterface', `${own}:network-interface/*`),
      createsInSubnet: allowed('ec2:CreateNetworkInterface', `${own}:subnet/subnet-a`),
      createsInSharedSubnet: allowed('ec2:CreateNetworkInterface', 'arn:aws:ec2:eu-central-1:999999999999:subnet/subnet-a'),
      deletes: allowed('ec2:DeleteNetworkInterface', `${own}:network-interface/eni-1`),
      assigns: allowed('ec2:AssignPrivateIpAddresses', `${own}:network-interface/eni-1`),
      unassigns: allowed('ec2:UnassignPrivateIpAddresses', `${own}:network-interface/eni-1`),
    }).toEqual({
      describesInterfaces: true,
      describesSubnets: true,
      creates: true,
      createsInSubnet: true,
      createsInSharedSubnet: true,
      deletes: true,
      assigns: true,
      unassigns: true,
    });
    expect(allowed('ec2:DeleteNetworkInterface', 'arn:aws:ec2:us-east-1:111122223333:network-interface/eni-1')).toBe(false);
    expect(allowed('ec2:DeleteNetworkInterface', 'arn:aws:ec2:eu-central-1:999999999999:network-interface/eni-1')).toBe(false);
    const actions = statements.flatMap(({ Action }) => Action).filter(action => action.startsWith('ec2:'));
    for (const action of actions) {
      const byCode = isAllowed(statements, action, `${own}:network-interface/eni-1`, ['lambda:SourceFunctionArn']);
      expect([action, byCode]).toEqual([action, false]);
    }
  });

  test('exist before the function: Lambda tests them when it makes one', () => {
    for (const [id, { DependsOn, Properties }] of Object.entries(result.all('AWS::Lambda::Function'))) {
      const role = Properties.Role['Fn::GetAtt'][0];
      const [[policy]] = policies.filter(([, each]) => each.Properties.Roles.some(({ Ref }: any) => Ref === role));
      expect([id, DependsOn]).toEqual([id, expect.arrayContaining([policy])]);
    }
  });
});

describe('checkov', () => {
  const listSkipped = ({ all }: Synthesized) => Object.values(all('AWS::Lambda::Function') as Record<string, any>)
    .map(({ Metadata }) => Metadata.checkov.skip.some(({ id }: { id: string }) => id === 'CKV_AWS_117'));

  test('accepts functions outside a VPC only without a VPC', () => {
    expect(listSkipped(synthesize())).toEqual(Array(7).fill(true));
    expect(listSkipped(synthesize(inVpc))).toEqual(Array(7).fill(false));
  });
});

describe('the options of the VPC', () => {
  const stack = new Stack(testApp(), 'Network');
  const vpc = makeVpc(stack);
  const group = makeSecurityGroup(stack);
  const make = (options: object) => () => Compute.zip(options as never);

  test.each<[string, object, string]>([
    ['vpcSubnets', { vpcSubnets: { availabilityZones: ['a'] } }, "'compute.vpcSubnets' has no effect without 'vpc', got: a plain object; give 'vpc', or leave it out"],
    ['securityGroups', { securityGroups: [group] }, "'compute.securityGroups' has no effect without 'vpc', got: a list; give 'vpc', or leave it out"],
  ])('%s needs a VPC', (_name, options, message) => {
    expect(make(options)).toThrow(message);
    expect(() => Compute.containerImage(options as never)).toThrow(message);
    expect(make({ ...options, vpc })).not.toThrow();
  });

  test.each<[string, object, string]>([
    ['an id', { vpc: 'vpc-1' }, "'compute.vpc' must be a construct of type ec2.IVpc, got: \"vpc-1\"; write it like ec2.Vpc.fromLookup("],
    ['null', { vpc: null }, "'compute.vpc' must be a construct of type ec2.IVpc, got: null;"],
    ['one group', { vpc, securityGroups: group }, "'compute.securityGroups' must be a list, got: an object of "],
    ['no group', { vpc, securityGroups: [] }, "'compute.securityGroups' must hold 1 to 5 security groups, got: 0; leave it out, and the service makes one"],
    ['6 groups', { vpc, securityGroups: Array(6).fill(group) }, "'compute.securityGroups' must hold 1 to 5 security groups, got: 6;"],
    ['ids of groups', { vpc, securityGroups: ['sg-1'] }, "'compute.securityGroups' must be a construct of type ec2.ISecurityGroup, got: \"sg-1\";"],
    ['a missing group', { vpc, securityGroups: [undefined] }, "'compute.securityGroups' must be a construct of type ec2.ISecurityGroup, got: undefined;"],
    ['subnets that are not there', { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS } }, "'compute.vpcSubnets' must select subnets of the VPC, got: There are no 'Private' subnet groups"],
    ['another zone', { vpc, vpcSubnets: { availabilityZones: ['z'] } }, "'compute.vpcSubnets' must select at least one subnet, got: none of Network/Vpc; select subnets of this VPC"],
    ['text', { vpc, vpcSubnets: 'private' }, "'compute.vpcSubnets' must be an object, got: \"private\"; write it like { subnetType: ec2.SubnetType.PRIVATE_ISOLATED }"],
  ])('reject %s', (_name, options, message) => {
    expect(make(options)).toThrow(message);
  });

  test('reject public subnets, also those of a VPC without others', () => {
    const open = new ec2.Vpc(stack, 'Open', { maxAzs: 1, natGateways: 0, subnetConfiguration: [{ name: 'p', subnetType: ec2.SubnetType.PUBLIC }] });
    const message = "'compute.vpcSubnets' must be private subnets: a function in a public subnet has no public address and reaches nothing outside the VPC, got: public subnets of Network/Open; select private subnets, with a NAT gateway or with VPC endpoints";
    expect(make({ vpc: open })).toThrow(message);
    expect(make({ vpc: open, vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } })).toThrow(message);
  });

  test.each([
    ['region', { account: '111122223333', region: 'us-east-1' }, "'compute.vpc' must be in the region of the service, eu-central-1, got: us-east-1 for Elsewhere/Vpc;"],
    ['account', { account: '999999999999', region: 'eu-central-1' }, "'compute.vpc' must be in the account of the service, 111122223333, got: 999999999999 for Elsewhere/Vpc;"],
  ])('reject a VPC of another %s', (_name, env, message) => {
    const app = new App();
    const elsewhere = new Stack(app, 'Elsewhere', { env });
    const here = new Stack(app, 'Here', { env: { account: '111122223333', region: 'eu-central-1' } });
    const compute = Compute.zip({ vpc: makeVpc(elsewhere) });
    expect(() => new ImageService(here, 'Images', { compute })).toThrow(`Here/Images: ${message}`);
  });
});
