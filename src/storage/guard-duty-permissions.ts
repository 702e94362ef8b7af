import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { PREFIXES, VALIDATION_OBJECT } from '../contract';
import { suppress, acceptWildcard } from '../private/nag';

const GUARD_DUTY_PRINCIPAL = 'malware-protection-plan.guardduty.amazonaws.com';

/**
 * Permissions that GuardDuty requires of its role to scan and tag, limited to originals. All are needed: GuardDuty
 * tests them when the plan is made, and otherwise marks the bucket as unprotected.
 * https://docs.aws.amazon.com/guardduty/latest/ug/malware-protection-s3-iam-policy-prerequisite.html
 */
export function grantGuardDuty(bucket: s3.IBucket, role: iam.IRole): void {
  const rules = Stack.of(role).formatArn({
    service: 'events',
    resource: 'rule',
    resourceName: 'DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*',
  });
  const originals = bucket.arnForObjects(`${PREFIXES.ORIGINALS}*`);
  const validation = bucket.arnForObjects(VALIDATION_OBJECT);
  const managed = { StringLike: { 'events:ManagedBy': GUARD_DUTY_PRINCIPAL } };
  allow(
    role,
    'AllowManagedRuleToSendS3EventsToGuardDuty',
    ['events:DeleteRule', 'events:PutRule', 'events:PutTargets', 'events:RemoveTargets'],
    [rules],
    managed,
  );
  allow(role, 'AllowGuardDutyToMonitorEventBridgeManagedRule', ['events:DescribeRule', 'events:ListTargetsByRule'], [
    rules,
  ]);
  allow(role, 'AllowPostScanTag', [
    's3:GetObjectTagging', 's3:GetObjectVersionTagging', 's3:PutObjectTagging', 's3:PutObjectVersionTagging',
  ], [originals]);
  allow(role, 'AllowEnableS3EventBridgeEvents', ['s3:GetBucketNotification', 's3:PutBucketNotification'], [
    bucket.bucketArn,
  ]);
  allow(role, 'AllowPutValidationObject', ['s3:PutObject'], [validation]);
  allow(role, 'AllowCheckBucketOwnership', ['s3:ListBucket'], [bucket.bucketArn]);
  allow(role, 'AllowMalwareScan', ['s3:GetObject', 's3:GetObjectVersion'], [originals, validation]);
  suppress(
    role,
    acceptWildcard(
      `/${PREFIXES.ORIGINALS}*`,
      'Keys of originals are created at run time; the prefix is the narrowest one that covers them all.',
    ),
    acceptWildcard('MalwareProtectionS3*', 'GuardDuty chooses the name of the rule that it manages.'),
  );
}

function allow(
  role: iam.IRole, sid: string, actions: string[], resources: string[], conditions?: iam.Conditions,
): void {
  role.addToPrincipalPolicy(new iam.PolicyStatement({ sid, actions, resources, conditions }));
}
