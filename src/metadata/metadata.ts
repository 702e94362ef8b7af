import { Annotations, RemovalPolicy } from 'aws-cdk-lib';
import type { Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { COMMON_ENV, TABLE, defineTable, describeTable } from '../contract';
import type { IMetadata } from './interfaces';
import { grantStream } from './stream';
import { listMissingTableParts } from './table-shape';
import {
  API_WRITES, INVALIDATOR_WRITES, OPERATOR_WRITES, SWEEPER_WRITES, type TableRights, TRANSFORM_WRITES, WORKER_WRITES,
} from './table-writers';
import { combine, grantKeyUse } from '../private/grants';
import { suppress, type Suppression } from '../private/nag';
import { findCfnResource, checkEnvironment, registerOwner } from '../private/owned';

export interface MetadataProps {
  readonly removalPolicy: RemovalPolicy;
  readonly deletedRecords: Duration;
  readonly table?: dynamodb.ITable;
  readonly encryptionKey?: kms.IKey;
}

const { BY_USER, BY_DUE } = TABLE;

/**
 * `TransactWriteItems` needs only the permissions of its single writes (Amazon DynamoDB Developer Guide, "IAM for
 * transactions").
 */
const ITEM_ACTIONS = ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];

/** Permissions that DynamoDB requires of a caller for a table with a customer key. */
const KEY_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'];

const OWNED_KEY: Suppression = {
  rules: ['CKV_AWS_119'],
  reason: 'DynamoDB encrypts the table with an AWS owned key at no cost; `encryptionKey` sets a customer managed key.',
};

/** The table, made here or the user's own. */
export class Metadata extends Construct implements IMetadata {
  public readonly table: dynamodb.ITable;
  private readonly deletedRecords: Duration;

  constructor(scope: Construct, id: string, props: MetadataProps) {
    super(scope, id);
    this.table = props.table ?? this.makeTable(props);
    this.deletedRecords = props.deletedRecords;
    if (props.table) {
      registerOwner('table', props.table, this);
      checkEnvironment('table', props.table, this);
      this.checkTable(props.table);
    }
  }

  /** The API function reads and writes records and lists those of one user. */
  public grantServe(handler: lambda.Function): void {
    this.grantItems(handler, ['dynamodb:BatchGetItem', 'dynamodb:GetItem'], API_WRITES);
    this.grantIndex(handler, BY_USER.NAME);
  }

  /** The sweeper reads and writes records that are due. */
  public grantSweep(handler: lambda.Function): void {
    this.grantItems(handler, ['dynamodb:BatchGetItem'], SWEEPER_WRITES);
    this.grantIndex(handler, BY_DUE.NAME);
  }

  public grantProcess(handler: lambda.Function): void {
    this.grantItems(handler, ['dynamodb:GetItem'], WORKER_WRITES);
  }

  public grantTransform(handler: lambda.Function): void {
    this.grantTable(handler, ['dynamodb:GetItem'], TRANSFORM_WRITES);
  }

  public grantInvalidate(handler: lambda.Function): void {
    this.grantTable(handler, [], INVALIDATOR_WRITES);
  }

  public grantOperate(handler: lambda.Function): void {
    this.grantItems(handler, ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Scan'], OPERATOR_WRITES);
    this.grantIndex(handler, BY_USER.NAME);
  }

  public grantStream(reader: lambda.Function): string {
    return grantStream(this, this.table, reader);
  }

  public grantManage(grantee: iam.IGrantable): iam.Grant {
    const items = [
      'dynamodb:BatchGetItem', 'dynamodb:BatchWriteItem', 'dynamodb:ConditionCheckItem', 'dynamodb:DescribeTable',
      ...ITEM_ACTIONS,
    ];
    const reads = ['dynamodb:Query', 'dynamodb:Scan'];
    return combine(
      iam.Grant.addToPrincipal({ grantee, actions: [...items, ...reads].sort(), resourceArns: [this.table.tableArn] }),
      iam.Grant.addToPrincipal({
        grantee,
        actions: reads,
        resourceArns: [this.indexArn(BY_USER.NAME), this.indexArn(BY_DUE.NAME)],
      }),
      this.grantKey(grantee),
    );
  }

  private grantIndex(handler: lambda.Function, index: string): void {
    handler.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['dynamodb:Query'], resources: [this.indexArn(index)] }),
    );
  }

  private grantItems(handler: lambda.Function, reads: string[], writes: readonly TableRights[]): void {
    handler.addEnvironment(COMMON_ENV.DELETED_RECORD_DAYS, `${this.deletedRecords.toDays()}`);
    this.grantTable(handler, reads, writes);
  }

  private grantTable(handler: lambda.Function, reads: string[], writes: readonly TableRights[]): void {
    handler.addEnvironment(COMMON_ENV.TABLE, this.table.tableName);
    const resources = [this.table.tableArn];
    if (reads.length > 0) handler.addToRolePolicy(new iam.PolicyStatement({ actions: reads, resources }));
    for (const rights of writes) handler.addToRolePolicy(new iam.PolicyStatement({ ...rights, resources }));
    this.grantKey(handler);
  }

  private grantKey(grantee: iam.IGrantable): iam.Grant | undefined {
    const key = this.table.encryptionKey;
    return key && grantKeyUse(this, key, grantee, 'dynamodb', ...KEY_ACTIONS);
  }

  private indexArn(index: string): string {
    return `${this.table.tableArn}/index/${index}`;
  }

  private makeTable({ removalPolicy, encryptionKey }: MetadataProps): dynamodb.Table {
    const { billingMode, partitionKey, timeToLiveAttribute, indexes } = defineTable();
    const table = new dynamodb.Table(this, 'Table', {
      partitionKey: partitionKey as dynamodb.Attribute,
      billingMode: billingMode as dynamodb.BillingMode,
      timeToLiveAttribute,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: encryptionKey ? dynamodb.TableEncryption.CUSTOMER_MANAGED : dynamodb.TableEncryption.DEFAULT,
      encryptionKey,
      // CloudFormation cannot delete a protected table. With any policy except RETAIN, a failed first deployment would
      // end in ROLLBACK_FAILED (AWS CloudFormation User Guide, "DeletionPolicy attribute", RetainExceptOnCreate).
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy,
    });
    indexes.forEach(index => table.addGlobalSecondaryIndex(index as dynamodb.GlobalSecondaryIndexProps));
    if (!encryptionKey) suppress(table, OWNED_KEY);
    return table;
  }

  private checkTable(table: dynamodb.ITable): void {
    if (!findCfnResource(table)) {
      Annotations.of(this).addWarningV2(
        'cdk-image-service:imported-table',
        `'table' is imported and cannot be inspected here; it must have: ${describeTable().join('; ')}`
        + (table.encryptionKey
          ? ''
          : '. If a customer managed key encrypts it, import it by Table.fromTableAttributes() with its encryptionKey; otherwise the functions cannot use the key'),
      );
      return;
    }
    const validate = () => listMissingTableParts(table).map(
      missing => `'table' must have: ${missing}, got: ${table.node.path} without it; add it where the table is made`,
    );
    this.node.addValidation({ validate });
  }
}
