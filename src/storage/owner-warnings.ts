import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { buildDenyStatements } from './bucket-rules';
import { buildDeliveryKeyStatement, buildDeliveryStatement } from './delivery-access';
import { buildEventBridgeCommand } from './event-bridge';
import type { IQuarantine, IUploadRules } from './interfaces';
import { buildQuarantineStatements } from './quarantine';
import type { Retention } from './retention';
import { BUCKET, buildBucketCorsRule, ON_DEMAND_TAG, PREFIXES } from '../contract';

/**
 * Warns the owner of a bucket or key that this app cannot read or change. It prints JSON to paste, with placeholders
 * for values of the deployment. The text ends with a line break, because CDK appends the id of the warning.
 */
function warn(scope: Construct, id: string, ...paragraphs: string[]): void {
  Annotations.of(scope).addWarningV2(`cdk-image-service:${id}`, `${paragraphs.join('\n')}\n`);
}

export function warnOfImport(scope: Construct, bucket: s3.IBucket, uploads: IUploadRules, retention: Retention): void {
  const statements = buildDenyStatements(formatBucketArn(bucket), uploads.urlTtl);
  warn(
    scope, 'imported-bucket',
    `'bucket' is imported, so its settings cannot be read or changed here, got: ${formatBucketName(bucket)}. Its owner must check or set:`,
    ...listSettings(bucket, uploads, retention).map(setting => `- ${setting}`),
    '- bucket policy statements:', printStatements(scope, statements),
    ...(uploads.corsOrigins.length > 0
      ? ['- CORS rules:', formatJson([buildBucketCorsRule(uploads.corsOrigins)])]
      : []),
  );
}

function listSettings(
  { encryptionKey }: s3.IBucket, { acceleration }: IUploadRules, { onDemandVariants }: Retention,
): string[] {
  const tag = `${ON_DEMAND_TAG.KEY}=${ON_DEMAND_TAG.VALUE}`;
  return [
    'account and region: those of this stack',
    'block public access: all four settings on; object ownership: bucket owner enforced; no policy that makes it public',
    'versioning: off, or deleted images stay as old versions; Object Lock: no default retention, or S3 does not accept uploads without a checksum',
    ...(encryptionKey
      ? []
      : [
        'customer managed key, if any: import the bucket by Bucket.fromBucketAttributes() with its encryptionKey; otherwise the functions cannot use the key',
      ]),
    `lifecycle: abort incomplete multipart uploads after ${BUCKET.ABORT_INCOMPLETE_UPLOAD_DAYS} day`,
    `lifecycle: expire objects below ${PREFIXES.VARIANTS} with the tag ${tag} after ${onDemandVariants.toDays()} days`,
    ...(acceleration ? ['transfer acceleration: enabled'] : []),
  ];
}

export function warnOfEvents(scope: Construct, bucket: s3.IBucket): void {
  warn(
    scope, 'imported-bucket-events',
    `'bucket' is imported, and this app writes no notifications of it, got: ${formatBucketName(bucket)}. Workers get no uploads from it until its owner sends its events to `
    + 'EventBridge; until then, images wait for their confirmation or the sweeper. This command keeps the existing notifications:',
    buildEventBridgeCommand(formatBucketName(bucket)),
  );
}

export function warnOfUnscanned(scope: Construct, bucket: s3.IBucket, { tag, readers, scanner }: IQuarantine): void {
  const quarantine = { tag, readers: readers.map(buildPlaceholder), scanner: buildPlaceholder(scanner) };
  warn(
    scope, 'imported-bucket-scanner',
    `'bucket' is imported and cannot be changed here, got: ${formatBucketName(bucket)}. Unscanned originals are readable until its owner adds these `
    + 'bucket policy statements, with the ARNs of the roles that this stack makes:',
    printStatements(scope, buildQuarantineStatements(formatBucketArn(bucket), quarantine)),
  );
}

/** The path of the role in the app: part of its name, so people find it in the console. */
function buildPlaceholder({ node }: iam.IRole): string {
  return `<ARN of the role ${node.path}>`;
}

export function warnOfDelivery(scope: Construct, bucket: s3.IBucket): void {
  warn(
    scope, 'imported-bucket-delivery',
    `'bucket' is imported and cannot be changed here, got: ${formatBucketName(bucket)}. CloudFront cannot read variants, and the transform function serves each of them, until the `
    + 'owner of the bucket adds this bucket policy statement, with the ARN of the distribution that this stack makes:',
    printStatements(scope, [
      buildDeliveryStatement(formatBucketArn(bucket), { StringEquals: { 'aws:SourceArn': '<distribution ARN>' } }),
    ]),
  );
}

export function warnOfKey(scope: Construct): void {
  const { partition, account } = Stack.of(scope);
  const statement = buildDeliveryKeyStatement({
    partition: replaceToken(partition, 'aws'),
    account: replaceToken(account, '<account>'),
  });
  warn(
    scope, 'imported-key-delivery',
    "'encryptionKey' of the bucket is imported and its policy cannot be changed here. CloudFront cannot read variants until its owner adds this key policy statement:",
    printStatements(scope, [statement]),
  );
}

/** Resolves statements first, because service names are tokens. */
function printStatements(scope: Construct, statements: iam.PolicyStatement[]): string {
  return formatJson(
    Stack.of(scope).resolve(statements.map(statement => statement.toStatementJson() as object)) as object,
  );
}

function formatJson(value: object): string {
  return JSON.stringify(value, null, 2);
}

function replaceToken(value: string, placeholderOfToken: string): string {
  return Token.isUnresolved(value) ? placeholderOfToken : value;
}

function formatBucketName({ bucketName }: s3.IBucket): string {
  return replaceToken(bucketName, '<bucket>');
}

/** The ARN as the owner of an imported bucket writes it. */
function formatBucketArn(bucket: s3.IBucket): string {
  return `arn:${replaceToken(Stack.of(bucket).partition, 'aws')}:s3:::${formatBucketName(bucket)}`;
}
