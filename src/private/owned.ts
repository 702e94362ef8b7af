import { CfnResource, Resource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { refuse } from './validate';

/** The resource in the template behind a construct, if it is made in this app rather than imported into it. */
export function cfnResourceOf(construct: IConstruct): CfnResource | undefined {
  if (!Resource.isResource(construct) || !Resource.isOwnedResource(construct)) return undefined;
  const child = construct.node.defaultChild;
  return child && CfnResource.isCfnResource(child) ? child : undefined;
}

const owners = new WeakMap<IConstruct, string>();

/** What a service brings its own rules to, no second service can share: the stricter rules would silently win. */
export function claim(option: string, brought: IConstruct, owner: IConstruct): void {
  const other = owners.get(brought);
  if (other !== undefined) refuse(option, 'belongs to one image service', `that of ${other}`, 'give each service its own');
  owners.set(brought, owner.node.path);
}
