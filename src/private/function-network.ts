import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acceptWildcard, suppress } from './nag';

/** The network of a service's functions, as the user gives it. */
export interface NetworkSettings {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  readonly securityGroups?: ec2.ISecurityGroup[];
}

/** The network that all functions of a service run in. */
export interface FunctionNetwork {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  readonly securityGroups: ec2.ISecurityGroup[];
  /** The security group that the service made. Undefined if the user gave groups. */
  readonly ownGroup?: ec2.SecurityGroup;
}

const HTTPS = 443;

/**
 * Makes one security group for all functions if the user gives none. Nothing connects to a function, so it has no
 * ingress. The functions call AWS by HTTPS. Requests to the DNS server of a VPC pass every security group.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
 */
export function makeFunctionNetwork(
  scope: Construct, { vpc, vpcSubnets, securityGroups }: NetworkSettings,
): FunctionNetwork {
  if (securityGroups) return { vpc, vpcSubnets, securityGroups };
  const ownGroup = new ec2.SecurityGroup(scope, 'SecurityGroup', {
    vpc,
    description: 'Image service: the functions, which accept no connections',
    allowAllOutbound: false,
  });
  allowEgress({ ownGroup }, HTTPS);
  return { vpc, vpcSubnets, securityGroups: [ownGroup], ownGroup };
}

/** Opens a TCP port in the security group of the service. A group of the user stays as it is. */
export function allowEgress({ ownGroup }: Pick<FunctionNetwork, 'ownGroup'>, port: number): void {
  ownGroup?.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(port));
}

const CREATE = 'ec2:CreateNetworkInterface';
const CHANGES = [
  'ec2:AssignPrivateIpAddresses', CREATE, 'ec2:DeleteNetworkInterface', 'ec2:UnassignPrivateIpAddresses',
];
const READS = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'];

/**
 * Lets Lambda manage the network interfaces of a function by the function's role. The actions are those of the managed
 * policy AWSLambdaVPCAccessExecutionRole. AWS documents that `DescribeNetworkInterfaces` needs the resource `*`, and
 * that `DeleteNetworkInterface` needs all resources of the account. A subnet or security group that another account
 * shares has an ARN of that account. The code of a function may not use these permissions: only its own calls have the
 * key `lambda:SourceFunctionArn`.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
export function grantNetworkInterfaces(role: iam.Role): void {
  const stack = Stack.of(role);
  const ofAccount = stack.formatArn({ service: 'ec2', resource: '*', resourceName: '*' });
  const shared = ['security-group', 'subnet'].map(
    resource => stack.formatArn({ service: 'ec2', account: '*', resource, resourceName: '*' }),
  );
  role.addToPolicy(new iam.PolicyStatement({ actions: READS, resources: ['*'] }));
  role.addToPolicy(new iam.PolicyStatement({ actions: CHANGES, resources: [ofAccount] }));
  role.addToPolicy(new iam.PolicyStatement({ actions: [CREATE], resources: shared }));
  role.addToPolicy(new iam.PolicyStatement({
    effect: iam.Effect.DENY,
    actions: [...CHANGES, ...READS].sort(),
    resources: ['*'],
    conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
  }));
  const reason = 'Lambda makes the network interfaces, so their ids are unknown here; function code is denied these actions.';
  suppress(role, ...[':*/*', ':security-group/*', ':subnet/*'].map(ending => acceptWildcard(ending, reason)));
}
