import * as iam from 'aws-cdk-lib/aws-iam';
import { CLEAN, PREFIXES } from '../contract';

const TAGGING = [
  's3:DeleteObjectTagging', 's3:DeleteObjectVersionTagging', 's3:PutObjectTagging', 's3:PutObjectVersionTagging',
];

/** A quarantine with the ARNs of its roles, or with placeholders. */
export interface QuarantineArns {
  readonly tag: string;
  readonly readers: string[];
  readonly scanner: string;
}

/**
 * Builds statements that deny reads of an original until its tag says that it is clean. `StringNotEquals` also matches
 * a missing tag, so unscanned originals are denied.
 * https://docs.aws.amazon.com/guardduty/latest/ug/tag-based-access-s3-malware-protection.html
 *
 * The service's own functions read unscanned originals to confirm and scan them. They sign those requests in a header.
 * Their presigned URLs are for clients (`s3:authType`, Amazon S3 API Reference, "Signature Version 4 policy keys"), and
 * are denied like all others.
 */
export function buildQuarantineStatements(
  bucketArn: string, { tag, readers, scanner }: QuarantineArns,
): iam.PolicyStatement[] {
  const originals = `${bucketArn}/${PREFIXES.ORIGINALS}*`;
  const unclean = { [`s3:ExistingObjectTag/${tag}`]: CLEAN };
  return [
    buildDenyStatement('DenyUnscanned', ['s3:GetObject*'], originals, {
      StringNotEquals: unclean,
      ArnNotEquals: { 'aws:PrincipalArn': readers },
    }),
    buildDenyStatement('DenyUnscannedByUrl', ['s3:GetObject*'], originals, {
      StringNotEquals: unclean,
      StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
    }),
    buildDenyStatement('DenyForgedScans', TAGGING, originals, { ArnNotEquals: { 'aws:PrincipalArn': scanner } }),
  ];
}

function buildDenyStatement(
  sid: string, actions: string[], resource: string, conditions: iam.Conditions,
): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid,
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions,
    resources: [resource],
    conditions,
  });
}
