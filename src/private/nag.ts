import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

export interface Suppression {
  /**
   * Equivalent rules of several checkers, distinguished by their names: cdk-nag, checkov (`CKV_…`), cfn-lint (`W…`).
   */
  readonly rules: string[];
  /** Why the rules are satisfied in another way, or do not apply. */
  readonly reason: string;
  /** The findings of cdk-nag to accept. Empty: all of the rule. */
  readonly appliesTo?: (string | { readonly regex: string })[];
}

const CHECKOV = /^CKV/;
const CFN_LINT = /^[EIW]\d/;

/**
 * Records why a finding is accepted on a construct and its current children. The reasons are metadata that cdk-nag,
 * checkov and cfn-lint read. So users who check their templates find the reasons there, and others need no checker.
 */
export function suppress(scope: IConstruct, ...suppressions: Suppression[]): void {
  const excuses = suppressions.flatMap(({ rules, ...why }) => rules.map(id => ({ id, ...why })));
  const nag = excuses.filter(({ id }) => !CHECKOV.test(id) && !CFN_LINT.test(id))
    .map(({ appliesTo, ...rule }) => ({ ...rule, ...(appliesTo && { applies_to: appliesTo }) }));
  const checkov = excuses.filter(({ id }) => CHECKOV.test(id)).map(({ id, reason }) => ({ id, comment: reason }));
  const lint = excuses.filter(({ id }) => CFN_LINT.test(id)).map(({ id }) => id);
  for (const resource of scope.node.findAll().filter(child => CfnResource.isCfnResource(child))) {
    append(resource, 'cdk_nag', nag, 'rules_to_suppress');
    append(resource, 'checkov', checkov, 'skip');
    append(resource, 'cfn-lint', lint, 'config', 'ignore_checks');
  }
}

/** Adds to a list below a key of the metadata. */
function append(resource: CfnResource, key: string, entries: unknown[], ...path: string[]): void {
  if (entries.length === 0) return;
  const present = path.reduce((value, name) => value?.[name], resource.getMetadata(key)) ?? [];
  const metadata = path.reduceRight<unknown>((value, name) => ({ [name]: value }), [...present, ...entries]);
  resource.addMetadata(key, metadata);
}

/** Accepts `IAM5` for one kind of resource, identified by the end of its ARN. */
export function acceptWildcard(ending: string, reason: string): Suppression {
  const literal = ending.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return { rules: ['AwsSolutions-IAM5'], reason, appliesTo: [{ regex: `/^Resource::.*${literal}$/` }] };
}
