import { Annotations, CfnResource, Stack } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { isPublic, type Statement } from './public-policy';
import { findCfnResource, renderProperties } from '../private/owned';

/** An unsafe setting of a bucket, and its fix. */
interface Finding {
  readonly rule: string;
  readonly got: string;
  readonly fix: string;
}

const BLOCKS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];
const PUBLIC_ACLS = ['AuthenticatedRead', 'PublicRead', 'PublicReadWrite'];

/**
 * Validates the user's own bucket at synthesis, if it is made in this app. It reports an error if originals would be
 * public or uploads would fail, and a warning if deleted images would stay. HTTPS needs no check: the service adds its
 * own statement. Absent settings have S3's defaults of April 2023: block public access on, ACLs off.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
 */
export function checkWhenSynthesized(scope: Construct, bucket: s3.IBucket): void {
  scope.node.addValidation({
    validate: () => {
      const properties = renderProperties(findCfnResource(bucket)!);
      if (isVersioned(properties)) warnOfVersions(scope, bucket);
      return [...listFindings(properties), ...listPolicyFindings(bucket)].map(
        ({ rule, got, fix }) => `'bucket' ${rule}, got: ${bucket.node.path} with ${got}; ${fix}`,
      );
    },
  });
}

function listFindings(properties: Record<string, any>): Finding[] {
  const {
    PublicAccessBlockConfiguration: block, OwnershipControls, AccessControl, ObjectLockConfiguration,
  } = properties;
  // If one setting is given, CloudFormation reads the absent ones as off.
  const open = block ? BLOCKS.filter(name => block[name] === undefined || `${block[name]}` === 'false') : [];
  const ownership: string = OwnershipControls?.Rules?.[0]?.ObjectOwnership ?? 'BucketOwnerEnforced';
  const retention = ObjectLockConfiguration?.Rule?.DefaultRetention;
  return [
    ...(open.length > 0 ? [{
      rule: 'must block all public access',
      got: `${open.join(', ')} off`,
      fix: "set 'blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL' where it is made",
    }] : []),
    ...(PUBLIC_ACLS.includes(AccessControl as string) ? [
      { rule: 'must have no public ACL', got: `${AccessControl}`, fix: "leave out 'accessControl' where it is made" },
    ] : []),
    ...(ownership !== 'BucketOwnerEnforced' ? [{
      rule: 'must have ACLs off, since an ACL can make an image public',
      got: ownership,
      fix: "set 'objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED' where it is made",
    }] : []),
    // S3 then requires a checksum for each PUT, but upload URLs sign one only if the client gives it. And no image
    // could be deleted in time.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
    ...(retention ? [{
      rule: 'must have no default retention of Object Lock: S3 would reject uploads without a checksum and keep deleted images',
      got: JSON.stringify(retention),
      fix: "leave out 'objectLockDefaultRetention' where it is made",
    }] : []),
  ];
}

function listPolicyFindings(bucket: s3.IBucket): Finding[] {
  const stack = Stack.of(bucket);
  const { Statement: statements = [] } = (stack.resolve(bucket.policy?.document) ?? {}) as { Statement?: Statement[] };
  const others = stack.node.findAll().filter(node => isOtherPolicy(bucket, node));
  return [
    ...statements.filter(isPublic).map(({ Sid, Action }) => ({
      rule: 'must have no policy that makes it public',
      got: `the statement ${Sid ?? JSON.stringify(Action)} for everyone`,
      fix: 'name a principal in it, or leave it out; images are delivered by CloudFront or by presigned URLs',
    })),
    // CloudFormation would reject a second policy, or overwrite the one of the service.
    ...others.map(({ node }) => ({
      rule: 'must have one policy',
      got: `another at ${node.path}`,
      fix: "add its statements by 'addToResourcePolicy()' of the bucket instead",
    })),
  ];
}

function isOtherPolicy(bucket: s3.IBucket, node: unknown): node is CfnResource {
  if (!CfnResource.isCfnResource(node as Construct)) return false;
  const resource = node as CfnResource;
  if (resource.cfnResourceType !== 'AWS::S3::BucketPolicy' || resource === bucket.policy?.node.defaultChild) {
    return false;
  }
  return JSON.stringify(renderProperties(resource).Bucket) === JSON.stringify(
    Stack.of(bucket).resolve(bucket.bucketName),
  );
}

/** Object Lock turns versioning on. */
function isVersioned({ VersioningConfiguration, ObjectLockEnabled }: Record<string, any>): boolean {
  return VersioningConfiguration?.Status === 'Enabled' || ObjectLockEnabled === true;
}

function warnOfVersions(scope: Construct, bucket: s3.IBucket): void {
  Annotations.of(scope).addWarningV2(
    'cdk-image-service:versioned-bucket',
    `'bucket' should have no versioning, got: ${bucket.node.path} with it; deleted and rejected images stay as old versions. Turn it off where the bucket is made, `
    + 'or add a lifecycle rule there that expires noncurrent versions and delete markers.',
  );
}
