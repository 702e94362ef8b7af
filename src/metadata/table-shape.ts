import { Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { type FoundTable, listMissingParts } from '../contract';
import { findCfnResource } from '../private/owned';

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
 * Lists the properties that a table of this app lacks. It resolves the template, because constructs do not expose their
 * indexes and more can be added until synthesis. Imported tables cannot be inspected.
 */
export function listMissingTableParts(table: dynamodb.ITable): string[] {
  const resource = findCfnResource(table);
  return resource ? listMissingParts(readTable(resource as dynamodb.CfnTable)) : [];
}

function readTable(table: dynamodb.CfnTable): FoundTable {
  const stack = Stack.of(table);
  const types = readAttributeTypes(stack.resolve(table.attributeDefinitions));
  const indexes = (stack.resolve(table.globalSecondaryIndexes) ?? []) as Index[];
  const ttl = stack.resolve(table.timeToLiveSpecification) as { attributeName?: string } | undefined;
  return {
    keys: listKeys(stack.resolve(table.keySchema), types),
    indexes: indexes.map(
      ({ indexName, keySchema, projection }) => ({ indexName, keys: listKeys(keySchema, types), ...projection }),
    ),
    timeToLiveAttribute: ttl?.attributeName,
  };
}

function readAttributeTypes(definitions: { attributeName: string; attributeType: string }[] = []): Map<string, string> {
  return new Map(definitions.map(({ attributeName, attributeType }) => [attributeName, attributeType]));
}

/** `name:type`, the partition key first. */
function listKeys(schema: KeyElement[], types: Map<string, string>): string[] {
  return [...schema].sort((a, b) => a.keyType.localeCompare(b.keyType)).map(
    ({ attributeName }) => `${attributeName}:${types.get(attributeName)}`,
  );
}
