import { Annotations } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { STREAM } from '../contract';
import { grantKeyUse } from '../private/grants';
import { findCfnResource, renderProperties } from '../private/owned';
import { throwOptionError } from '../private/validate';

/** Turns the stream of a table on, or checks that of a user's table, and lets a function read it. Returns its ARN. */
export function grantStream(metadata: Construct, table: dynamodb.ITable, reader: lambda.Function): string {
  const streamArn = table.node.scope === metadata ? openStream(table) : findStream(metadata, table);
  reader.addToRolePolicy(new iam.PolicyStatement({
    actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
    resources: [streamArn],
  }));
  // Lambda demands it of the role of an event source mapping, and the action supports no resources.
  reader.addToRolePolicy(new iam.PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }));
  const key = table.encryptionKey;
  if (key) grantKeyUse(metadata, key, reader, 'dynamodb', 'kms:Decrypt', 'kms:DescribeKey');
  return streamArn;
}

/** CloudFormation turns a stream on without a replacement of the table. The L2 table has no method for it. */
function openStream(table: dynamodb.ITable): string {
  const resource = findCfnResource(table) as dynamodb.CfnTable;
  resource.streamSpecification = { streamViewType: STREAM.VIEW_TYPE };
  return resource.attrStreamArn;
}

function findStream(metadata: Construct, table: dynamodb.ITable): string {
  const { tableStreamArn } = table;
  const resource = findCfnResource(table);
  if (tableStreamArn === undefined) throwMissingStream(table, resource !== undefined);
  if (!resource) {
    Annotations.of(metadata).addWarningV2(
      'cdk-image-service:imported-table-stream',
      `'table' is imported and its stream cannot be inspected here; its view type must be ${STREAM.VIEW_TYPE}, or no event is published`,
    );
    return tableStreamArn;
  }
  metadata.node.addValidation({
    validate: () => {
      const viewType = renderProperties(resource).StreamSpecification?.StreamViewType as string | undefined;
      return viewType === STREAM.VIEW_TYPE
        ? []
        : [`'table' must have a stream of ${STREAM.VIEW_TYPE} for events, got: ${viewType} of ${table.node.path}; change it where the table is made`];
    },
  });
  return tableStreamArn;
}

function throwMissingStream(table: dynamodb.ITable, isOfThisApp: boolean): never {
  throwOptionError(
    'table',
    `must have a stream of ${STREAM.VIEW_TYPE} for events`,
    `${table.node.path} without one`,
    isOfThisApp
      ? `set 'stream: dynamodb.StreamViewType.${STREAM.VIEW_TYPE}' (TableV2: 'dynamoStream') where the table is made`
      : "import it by Table.fromTableAttributes() with its 'tableStreamArn'",
  );
}
