import { CfnResource, Resource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The resource in the template behind a construct, if it is made in this app rather than imported into it. */
export function cfnResourceOf(construct: IConstruct): CfnResource | undefined {
  if (!Resource.isResource(construct) || !Resource.isOwnedResource(construct)) return undefined;
  const child = construct.node.defaultChild;
  return child && CfnResource.isCfnResource(child) ? child : undefined;
}
