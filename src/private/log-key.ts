import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { checkRegion } from './owned';
import { printStatements, replaceToken, warnOwner } from './owner-warning';

/** The place of the log groups. The key policy names all groups there: each group depends on the key. */
interface LogPlace {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly urlSuffix: string;
}

/**
 * Lets CloudWatch Logs use a key for the log groups of one account and Region only.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export function buildLogKeyStatement({ partition, region, account, urlSuffix }: LogPlace): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'AllowLogs',
    principals: [new iam.ServicePrincipal(`logs.${region}.${urlSuffix}`)],
    actions: ['kms:Decrypt*', 'kms:Describe*', 'kms:Encrypt*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
    resources: ['*'],
    conditions: {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` },
    },
  });
}

/** Adds the statement to the key policy. For an imported key, a warning prints it. */
export function allowLogEncryption(service: Construct, key: kms.IKey): void {
  checkRegion('monitoring.logGroupKey', key, service);
  const stack = Stack.of(service);
  if (key.addToResourcePolicy(buildLogKeyStatement(stack), true).statementAdded) return;
  const statement = buildLogKeyStatement({
    partition: replaceToken(stack.partition, 'aws'),
    region: replaceToken(stack.region, '<region>'),
    account: replaceToken(stack.account, '<account>'),
    urlSuffix: replaceToken(stack.urlSuffix, 'amazonaws.com'),
  });
  warnOwner(
    service, 'imported-key-logs',
    'The key of the logs is imported and its policy cannot be changed here. CloudFormation cannot make the log groups until its owner adds this key policy statement:',
    printStatements(service, [statement]),
  );
}
