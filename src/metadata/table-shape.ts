import { Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { type FoundTable, missingFrom } from '../contract';
import { cfnResourceOf } from '../private/owned';

interface KeyElement {
  readonly attributeName: string;
  readonly keyType: string;
}

interface Index {
  readonly indexName: string;
  readonly keySchema: KeyElement[];
  readonly projection: { readonly projectionType: string };
}

/**
 * What a table made in this app lacks. Resolved, because the constructs keep their indexes to themselves and more can
 * be added until synthesis. Nothing can be seen of an imported table.
 */
export function missingFromTable(table: dynamodb.ITable): string[] {
  const resource = cfnResourceOf(table);
  return resource ? missingFrom(found(resource as dynamodb.CfnTable)) : [];
}

function found(table: dynamodb.CfnTable): FoundTable {
  const stack = Stack.of(table);
  const types = attributeTypes(stack.resolve(table.attributeDefinitions));
  const indexes = (stack.resolve(table.globalSecondaryIndexes) ?? []) as Index[];
  const ttl = stack.resolve(table.timeToLiveSpecification) as { attributeName?: string } | undefined;
  return {
    keys: keysOf(stack.resolve(table.keySchema), types),
    indexes: indexes.map(({ indexName, keySchema, projection }) => ({ indexName, keys: keysOf(keySchema, types), ...projection })),
    timeToLiveAttribute: ttl?.attributeName,
  };
}

function attributeTypes(definitions: { attributeName: string; attributeType: string }[] = []): Map<string, string> {
  return new Map(definitions.map(({ attributeName, attributeType }) => [attributeName, attributeType]));
}

/** `name:type`, the partition key first. */
function keysOf(schema: KeyElement[], types: Map<string, string>): string[] {
  return [...schema].sort((a, b) => a.keyType.localeCompare(b.keyType)).map(({ attributeName }) => `${attributeName}:${types.get(attributeName)}`);
}
