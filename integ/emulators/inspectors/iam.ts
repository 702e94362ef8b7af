import { GetRoleCommand, GetRolePolicyCommand, IAMClient, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import type { Resource } from './inspector';
import { buildClientOptions, readDeployment } from '../deployment';

const client = new IAMClient(buildClientOptions(readDeployment()));

export async function inspectRole({ id: RoleName }: Resource) {
  const { Role } = await client.send(new GetRoleCommand({ RoleName }));
  const { AttachedPolicies } = await client.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  return {
    AssumeRolePolicyDocument: decode(Role?.AssumeRolePolicyDocument),
    ManagedPolicyArns: AttachedPolicies?.map(({ PolicyArn }) => PolicyArn),
  };
}

/** An inline policy belongs to its role, under the name in the template. */
export async function inspectPolicy({ written: { PolicyName, Roles: [RoleName, ...others] } }: Resource) {
  if (others.length > 0) {
    throw new Error(`the policy ${PolicyName} must belong to one role, got also: ${others.join(', ')}`);
  }
  const { PolicyDocument } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
  return { PolicyDocument: decode(PolicyDocument), PolicyName, Roles: [RoleName] };
}

/** IAM returns policy documents URL-encoded. */
function decode(document = 'null'): object {
  return JSON.parse(decodeURIComponent(document)) as object;
}
