import { Token } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { NetworkSettings } from '../private/function-network';
import { checkList, checkResource, describeValue, throwOptionError, type ResourceKind } from '../private/validate';

/** The options of `Compute` that place the functions in a VPC. */
export interface NetworkOptions {
  readonly vpc?: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  readonly securityGroups?: ec2.ISecurityGroup[];
}

const VPC_KIND: ResourceKind = {
  kind: 'ec2.IVpc',
  member: 'vpcId',
  example: "ec2.Vpc.fromLookup(this, 'Vpc', { vpcId: 'vpc-…' })",
};
const GROUP_KIND: ResourceKind = {
  kind: 'ec2.ISecurityGroup',
  member: 'securityGroupId',
  example: "[ec2.SecurityGroup.fromSecurityGroupId(this, 'Group', 'sg-…')]",
};
/** Lambda Developer Guide, "Lambda quotas". */
const MAX_GROUPS = 5;

/** Checks the options of the VPC. Undefined without a VPC. */
export function buildNetworkSettings({ vpc, vpcSubnets, securityGroups }: NetworkOptions): NetworkSettings | undefined {
  checkResource('vpc', vpc, VPC_KIND);
  if (!vpc) {
    checkNeedsVpc({ vpcSubnets, securityGroups });
    return undefined;
  }
  checkGroups(securityGroups);
  checkSubnets(vpc, vpcSubnets);
  return { vpc, vpcSubnets, securityGroups };
}

function checkNeedsVpc(options: NetworkOptions): void {
  for (const [option, value] of Object.entries(options)) {
    if (value !== undefined) throwOptionError(option, "has no effect without 'vpc'", describeValue(value), "give 'vpc', or leave it out");
  }
}

function checkGroups(groups?: ec2.ISecurityGroup[]): void {
  if (groups === undefined) return;
  checkList('securityGroups', groups, GROUP_KIND.example);
  if (groups.length < 1 || groups.length > MAX_GROUPS) {
    const rule = `must hold 1 to ${MAX_GROUPS} security groups`;
    throwOptionError('securityGroups', rule, `${groups.length}`, 'leave it out, and the service makes one');
  }
  for (const group of groups) checkGroup(group);
}

/** `checkResource` passes undefined, since an option may be left out. */
function checkGroup(group: ec2.ISecurityGroup | undefined): void {
  if (group !== undefined) return checkResource('securityGroups', group, GROUP_KIND);
  throwOptionError('securityGroups', `must be a construct of type ${GROUP_KIND.kind}`, 'undefined', `write it like ${GROUP_KIND.example}`);
}

/** CDK checks subnets when it makes a function, and its errors name no option of the service. */
function checkSubnets(vpc: ec2.IVpc, vpcSubnets?: ec2.SubnetSelection): void {
  if (vpcSubnets !== undefined && (typeof vpcSubnets !== 'object' || vpcSubnets === null)) {
    const fix = 'write it like { subnetType: ec2.SubnetType.PRIVATE_ISOLATED }';
    throwOptionError('vpcSubnets', 'must be an object', describeValue(vpcSubnets), fix);
  }
  const { subnetIds, hasPublic } = selectSubnets(vpc, vpcSubnets);
  if (hasPublic) {
    throwOptionError(
      'vpcSubnets',
      'must be private subnets: a function in a public subnet has no public address and reaches nothing outside the VPC',
      `public subnets of ${vpc.node.path}`,
      'select private subnets, with a NAT gateway or with VPC endpoints',
    );
  }
  if (!Token.isUnresolved(subnetIds) && subnetIds.length === 0) {
    throwOptionError('vpcSubnets', 'must select at least one subnet', `none of ${vpc.node.path}`, 'select subnets of this VPC');
  }
}

function selectSubnets(vpc: ec2.IVpc, vpcSubnets?: ec2.SubnetSelection): ec2.SelectedSubnets {
  try {
    return vpc.selectSubnets(vpcSubnets);
  } catch (error) {
    return throwOptionError('vpcSubnets', 'must select subnets of the VPC', (error as Error).message, 'select subnets that it has');
  }
}
