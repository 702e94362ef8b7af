import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

export interface Suppression {
  /** Rule of cdk-nag. */
  readonly id: string;
  /** Why the rule is met otherwise, or does not apply here. */
  readonly reason: string;
  /** The findings it is about. Empty: all of the rule. */
  readonly appliesTo?: (string | { readonly regex: string })[];
}

/**
 * Records why a finding of cdk-nag is accepted on a construct and what it made so far. Written as the metadata that
 * cdk-nag reads, so that users who do not check with it need not install it.
 */
export function suppress(scope: IConstruct, ...suppressions: Suppression[]): void {
  const rules = suppressions.map(({ appliesTo, ...rule }) => ({ ...rule, ...(appliesTo && { applies_to: appliesTo }) }));
  for (const resource of scope.node.findAll().filter(child => CfnResource.isCfnResource(child))) {
    const present = resource.getMetadata('cdk_nag') as { rules_to_suppress: object[] } | undefined;
    resource.addMetadata('cdk_nag', { rules_to_suppress: [...present?.rules_to_suppress ?? [], ...rules] });
  }
}

/** `IAM5` for one kind of resource, told by how its ARN ends. */
export function wildcard(ending: string, reason: string): Suppression {
  const literal = ending.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return { id: 'AwsSolutions-IAM5', reason, appliesTo: [{ regex: `/^Resource::.*${literal}$/` }] };
}
