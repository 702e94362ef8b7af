import { type Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { BUCKET, COMMON_ENV, PREFIXES } from '../contract';
import { BLOCK_PUBLIC_ACCESS, buildCorsRule, buildDenyStatements, buildLifecycleRules } from './bucket-rules';
import { buildAccountCondition, buildDeliveryKeyStatement, buildDeliveryStatement } from './delivery-access';
import { grantGuardDuty } from './guard-duty-permissions';
import type { IQuarantine, IStorage, IUploadRules, IUploadTarget } from './interfaces';
import { notifyFromOwnBucket, notifyFromServiceBucket } from './notifications';
import { checkWhenSynthesized } from './own-bucket-checks';
import { warnOfDelivery, warnOfImport, warnOfKey, warnOfUnscanned } from './owner-warnings';
import { buildQuarantineStatements } from './quarantine';
import type { Retention } from './retention';
import { combine, grantKeyUse } from '../private/grants';
import { suppress, acceptWildcard } from '../private/nag';
import { findCfnResource, checkEnvironment, registerOwner } from '../private/owned';
import { copyRemovalPolicy } from '../private/removal';
import { throwOptionError } from '../private/validate';

/** CloudWatch's dimension `FilterId` has the id. */
export const REQUEST_METRICS = { id: 'originals', prefix: PREFIXES.ORIGINALS };

export interface StorageProps {
  readonly uploads: IUploadRules;
  readonly retention: Retention;
  readonly bucket?: s3.IBucket;
  readonly encryptionKey?: kms.IKey;
  /** Whether S3 publishes request metrics of originals. */
  readonly requestMetrics: boolean;
}

/** The bucket, made here or the user's own, with the settings that protect it. */
export class Storage extends Construct implements IStorage {
  public readonly bucket: s3.IBucket;
  private readonly originalsArn: string;
  private readonly variantsArn: string;
  private readonly isOwnBucket: boolean;

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    this.isOwnBucket = props.bucket !== undefined;
    this.bucket = props.bucket ?? this.makeBucket(props);
    this.originalsArn = this.bucket.arnForObjects(`${PREFIXES.ORIGINALS}*`);
    this.variantsArn = this.bucket.arnForObjects(`${PREFIXES.VARIANTS}*`);
    if (props.bucket) {
      registerOwner('bucket', props.bucket, this);
      checkEnvironment('bucket', props.bucket, this);
      this.completeBucket(props.bucket, props);
    }
    // Last, and on the bucket's own policy: the policy of an imported bucket cannot be changed here.
    for (const statement of buildDenyStatements(this.bucket.bucketArn, props.uploads.urlTtl)) {
      this.bucket.addToResourcePolicy(statement);
    }
    keepPolicyWithBucket(this.bucket);
  }

  /**
   * The API function presigns uploads and downloads, checks uploads and deletes them. It presigns variants if there is
   * no CDN.
   */
  public grantServe(handler: lambda.Function, presignsVariants: boolean): void {
    this.grantHandler(handler, ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], [
      's3:DeleteObject', ...presignsVariants ? ['s3:GetObject'] : [],
    ]);
    this.grantKey(handler, 'kms:Decrypt', 'kms:GenerateDataKey');
  }

  /** The sweeper checks for unconfirmed uploads, and deletes objects without a valid record. */
  public grantSweep(handler: lambda.Function): void {
    this.grantHandler(handler, ['s3:DeleteObject', 's3:GetObject'], ['s3:DeleteObject']);
    this.grantKey(handler, 'kms:Decrypt');
  }

  public grantProcess(handler: lambda.Function): void {
    this.grantHandler(handler, ['s3:DeleteObject', 's3:GetObject'], ['s3:DeleteObject', 's3:PutObject']);
    this.grantKey(handler, 'kms:Decrypt', 'kms:GenerateDataKey');
  }

  public grantTransform(handler: lambda.Function): void {
    this.grantHandler(handler, ['s3:GetObject'], [
      's3:DeleteObject', 's3:GetObject', 's3:PutObject', 's3:PutObjectTagging',
    ]);
    this.grantKey(handler, 'kms:Decrypt', 'kms:GenerateDataKey');
  }

  public grantDelivery(distributionArn: string): void {
    const { bucket } = this;
    const statement = buildDeliveryStatement(bucket.bucketArn, this.buildDistributionCondition(distributionArn));
    if (findCfnResource(bucket)) bucket.addToResourcePolicy(statement);
    else warnOfDelivery(this, bucket);
    this.grantKeyToCloudFront();
  }

  public grantScan(handler: lambda.Function): void {
    this.grantHandler(handler, ['s3:GetObject', 's3:PutObjectTagging']);
    this.grantKey(handler, 'kms:Decrypt');
  }

  public grantReadScans(handler: lambda.Function): void {
    handler.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['s3:GetObjectTagging'], resources: [this.originalsArn] }),
    );
  }

  public grantGuardDuty(role: iam.IRole): void {
    grantGuardDuty(this.bucket, role);
    this.grantKey(role, 'kms:Decrypt', 'kms:GenerateDataKey');
  }

  public notify(target: IUploadTarget): void {
    if (this.isOwnBucket) notifyFromOwnBucket(this, this.bucket, target);
    else notifyFromServiceBucket(this.bucket as s3.Bucket, target);
  }

  public addQuarantine(quarantine: IQuarantine): void {
    const { tag, scanner } = quarantine;
    if (!findCfnResource(this.bucket)) return warnOfUnscanned(this, this.bucket, quarantine);
    if (Stack.of(this.bucket) !== Stack.of(this)) throwFarBucketError(this.bucket);
    const arns = { tag, readers: quarantine.readers.map(({ roleArn }) => roleArn), scanner: scanner.roleArn };
    buildQuarantineStatements(this.bucket.bucketArn, arns).forEach(
      statement => this.bucket.addToResourcePolicy(statement),
    );
  }

  public grantReadOriginals(grantee: iam.IGrantable): iam.Grant {
    const grant = iam.Grant.addToPrincipal({ grantee, actions: ['s3:GetObject'], resourceArns: [this.originalsArn] });
    return combine(grant, this.grantKey(grantee, 'kms:Decrypt'));
  }

  public grantManage(grantee: iam.IGrantable): iam.Grant {
    const actions = ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'];
    const grant = iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [this.originalsArn, this.variantsArn] });
    return combine(
      grant,
      this.grantList(grantee, PREFIXES.ORIGINALS, PREFIXES.VARIANTS),
      this.grantKey(grantee, 'kms:Decrypt', 'kms:GenerateDataKey'),
    );
  }

  private grantHandler(handler: lambda.Function, onOriginals: string[], onVariants: string[] = []): void {
    handler.addEnvironment(COMMON_ENV.BUCKET, this.bucket.bucketName);
    handler.addToRolePolicy(new iam.PolicyStatement({ actions: onOriginals, resources: [this.originalsArn] }));
    suppress(handler.role!, acceptWildcard(
      `/${PREFIXES.ORIGINALS}*`,
      'Keys of originals are created at run time; the prefix is the narrowest one that covers them all.',
    ));
    if (onVariants.length === 0) return void this.grantList(handler, PREFIXES.ORIGINALS);
    handler.addToRolePolicy(new iam.PolicyStatement({ actions: onVariants, resources: [this.variantsArn] }));
    suppress(handler.role!, acceptWildcard(
      `/${PREFIXES.VARIANTS}*`,
      'Keys of variants are created at run time; the prefix is the narrowest one that covers them all.',
    ));
    this.grantList(handler, PREFIXES.ORIGINALS, PREFIXES.VARIANTS);
  }

  /** Without it S3 answers 403 for a missing key, so absent and denied would look alike. */
  private grantList(grantee: iam.IGrantable, ...prefixes: string[]): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['s3:ListBucket'],
      resourceArns: [this.bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': prefixes.map(prefix => `${prefix}*`) } },
    });
  }

  private grantKey(grantee: iam.IGrantable, ...actions: string[]): iam.Grant | undefined {
    const key = this.bucket.encryptionKey;
    return key && grantKeyUse(this, key, grantee, 's3', ...actions);
  }

  private makeBucket({ uploads, retention, encryptionKey, requestMetrics }: StorageProps): s3.Bucket {
    const bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: BLOCK_PUBLIC_ACCESS,
      objectOwnership: BUCKET.OBJECT_OWNERSHIP as s3.ObjectOwnership,
      encryption: encryptionKey ? s3.BucketEncryption.KMS : s3.BucketEncryption.S3_MANAGED,
      encryptionKey,
      bucketKeyEnabled: encryptionKey && true,
      cors: uploads.corsOrigins.length > 0 ? [buildCorsRule(uploads.corsOrigins)] : undefined,
      lifecycleRules: buildLifecycleRules(retention),
      transferAcceleration: uploads.acceleration || undefined,
      metrics: requestMetrics ? [REQUEST_METRICS] : undefined,
      removalPolicy: retention.removalPolicy,
    });
    suppress(
      bucket,
      {
        rules: ['AwsSolutions-S1', 'CKV_AWS_18'],
        reason: 'Server access logs would need a second bucket and would contain the query strings of presigned URLs. The API logs the start of each upload.',
      },
      {
        rules: ['CKV_AWS_21'],
        reason: 'Uploads cannot overwrite objects (the policy requires If-None-Match), and versioning would keep the bytes of deleted images.',
      },
    );
    return bucket;
  }

  private completeBucket(bucket: s3.IBucket, { uploads, retention }: StorageProps): void {
    if (!isMadeHere(bucket)) {
      if (retention.archiveAfter) throwArchiveError(retention.archiveAfter);
      return warnOfImport(this, bucket, uploads, retention);
    }
    checkWhenSynthesized(this, bucket);
    if (uploads.acceleration) checkAccelerated(bucket);
    if (uploads.corsOrigins.length > 0) bucket.addCorsRule(buildCorsRule(uploads.corsOrigins));
    buildLifecycleRules(retention).forEach(rule => bucket.addLifecycleRule(rule));
  }

  /**
   * The distribution of this stack. If the bucket is in another stack, all distributions of the account: this one
   * depends on the bucket.
   */
  private buildDistributionCondition(distributionArn: string): iam.Conditions {
    const stack = Stack.of(this.bucket);
    return stack === Stack.of(this)
      ? { StringEquals: { 'aws:SourceArn': distributionArn } }
      : buildAccountCondition(stack);
  }

  private grantKeyToCloudFront(): void {
    const key = this.bucket.encryptionKey;
    if (!key) return;
    if (!key.addToResourcePolicy(buildDeliveryKeyStatement(Stack.of(this)), true).statementAdded) warnOfKey(this);
  }
}

/**
 * Keeps the policy as long as the bucket. Without it, every principal of the account with IAM permission could read
 * unscanned originals and overwrite accepted ones. The policy names roles in conditions only (`aws:PrincipalArn`), as
 * text, so it outlives the roles.
 */
function keepPolicyWithBucket(bucket: s3.IBucket): void {
  const [kept, policy] = [findCfnResource(bucket), bucket.policy && findCfnResource(bucket.policy)];
  if (kept && policy) copyRemovalPolicy(kept, policy);
}

/** Checks members instead of `instanceof`: the app may load another copy of aws-cdk-lib. */
function isMadeHere(bucket: s3.IBucket): bucket is s3.Bucket {
  return findCfnResource(bucket) !== undefined && 'addCorsRule' in bucket;
}

/**
 * The bucket's policy would name roles of this stack, and their policies would name the bucket: a circular dependency.
 */
function throwFarBucketError(bucket: s3.IBucket): never {
  const fix = 'make the bucket in the stack of the service, or import it with Bucket.fromBucketName and add the policy statements where it is made';
  return throwOptionError(
    'processing.scanner',
    "needs a 'bucket' of the same stack, since the bucket policy names the service's roles",
    `${bucket.node.path} of another stack`,
    fix,
  );
}

function throwArchiveError(archiveAfter: Duration): never {
  const fix = 'add the lifecycle rule where the bucket is made';
  return throwOptionError(
    'retention.archiveAfter', "cannot be given with an imported 'bucket'", archiveAfter.toHumanString(), fix,
  );
}

function checkAccelerated(bucket: s3.Bucket): void {
  if ((findCfnResource(bucket) as s3.CfnBucket).accelerateConfiguration) return;
  throwOptionError(
    'uploads.acceleration',
    "needs a 'bucket' with transfer acceleration",
    `${bucket.node.path} without it`,
    "set 'transferAcceleration' where the bucket is made",
  );
}
