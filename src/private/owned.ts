import { CfnResource, type IResource, Resource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { throwOptionError } from './validate';

/**
 * Finds the CloudFormation resource of a construct. Undefined if the construct is imported instead of made in this app.
 */
export function findCfnResource(construct: IConstruct): CfnResource | undefined {
  if (!Resource.isResource(construct) || !Resource.isOwnedResource(construct)) return undefined;
  const child = construct.node.defaultChild;
  return child && CfnResource.isCfnResource(child) ? child : undefined;
}

const owners = new WeakMap<IConstruct, string>();

/**
 * Registers the service that uses a bucket or table. A second service cannot share it: the stricter rules would
 * silently win.
 */
export function registerOwner(option: string, resource: IConstruct, owner: IConstruct): void {
  const other = owners.get(resource);
  if (other !== undefined) {
    throwOptionError(
      option, 'can belong to one image service only', `one that ${other} uses`, 'give each service its own',
    );
  }
  owners.set(resource, owner.node.path);
}

/** Properties of a resource as in the template, with overrides. Owners may change them until synthesis. */
export function renderProperties(resource: CfnResource): Record<string, any> {
  const rendered = Stack.of(resource).resolve(resource._toCloudFormation()) as {
    Resources: Record<string, { Properties?: Record<string, any> }>;
  };
  return Object.values(rendered.Resources)[0]?.Properties ?? {};
}

/**
 * Checks account and region: the functions call S3 and DynamoDB in their own region, and their permissions end at the
 * account. Values that are unknown at synthesis pass. An error offers to leave out the option, unless it is required.
 */
export function checkEnvironment(option: string, resource: IResource, scope: IConstruct, isRequired = false): void {
  const [{ account }, stack] = [resource.env, Stack.of(scope)];
  if (differ(account, stack.account)) {
    throwOptionError(
      option,
      `must be in the account of the service, ${stack.account}`,
      `${account} for ${resource.node.path}`,
      isRequired ? 'use one of that account' : `use one of that account, or leave out '${option}'`,
    );
  }
  checkRegion(option, resource, scope, isRequired);
}

/** Values that are unknown at synthesis pass. */
export function checkRegion(option: string, resource: IResource, scope: IConstruct, isRequired = false): void {
  const [{ region }, stack] = [resource.env, Stack.of(scope)];
  if (!differ(region, stack.region)) return;
  const fix = isRequired
    ? 'use one of that region'
    : `use one of that region, or leave out '${option}'; requests that are signed for another region fail`;
  throwOptionError(
    option, `must be in the region of the service, ${stack.region}`, `${region} for ${resource.node.path}`, fix,
  );
}

function differ(left: string, right: string): boolean {
  return Token.compareStrings(left, right) === TokenComparison.DIFFERENT;
}
