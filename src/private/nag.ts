import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

export interface Suppression {
  /** Rules that say the same, told apart by how they are named: cdk-nag's, checkov's (`CKV_…`), cfn-lint's (`W…`). */
  readonly rules: string[];
  /** Why the rules are met otherwise, or do not apply here. */
  readonly reason: string;
  /** The findings of cdk-nag it is about. Empty: all of the rule. */
  readonly appliesTo?: (string | { readonly regex: string })[];
}

const CHECKOV = /^CKV/;
const CFN_LINT = /^[EIW]\d/;

/**
 * Records why a finding is accepted on a construct and what it made so far. Written as the metadata that cdk-nag, checkov
 * and cfn-lint read, so that users who check their templates find the reasons there, and others need not install a checker.
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

/** `IAM5` for one kind of resource, told by how its ARN ends. */
export function acceptWildcard(ending: string, reason: string): Suppression {
  const literal = ending.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return { rules: ['AwsSolutions-IAM5'], reason, appliesTo: [{ regex: `/^Resource::.*${literal}$/` }] };
}
