import type * as lambda from 'aws-cdk-lib/aws-lambda';

/** Functions that run in a deployment only: CloudFormation reports their errors. */
const CUSTOM_RESOURCES = ['Leftovers', 'Signing'];

/** Names functions by the part of their path that tells them apart, such as `Worker` of `…/Worker/Handler/Function`. */
export function nameFunctions(functions: readonly lambda.IFunction[]): Record<string, lambda.Function> {
  const named = functions.map(handler => [nameFunction(handler), handler as lambda.Function] as const);
  return Object.fromEntries(named.filter(([name]) => !CUSTOM_RESOURCES.includes(name)));
}

function nameFunction(handler: lambda.IFunction): string {
  const ids = handler.node.scopes.map(({ node }) => node.id);
  return ids.filter(id => id !== 'Function' && id !== 'Handler').at(-1)!;
}
