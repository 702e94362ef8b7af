import { RemovalPolicy } from 'aws-cdk-lib';
import type { CfnResource } from 'aws-cdk-lib';

/**
 * DeletionPolicy `RetainExceptOnCreate`. With `Retain`, each failed first deployment would leave a bucket and a table
 * outside any stack.
 */
export const DEFAULT_REMOVAL_POLICY = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;

/** Keeps a resource as long as another, unless its own policy was set. */
export function copyRemovalPolicy(kept: CfnResource, resource: CfnResource): void {
  resource.cfnOptions.deletionPolicy ??= kept.cfnOptions.deletionPolicy;
  resource.cfnOptions.updateReplacePolicy ??= kept.cfnOptions.updateReplacePolicy;
}
