import { Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { tableDefinition, type IndexDefinition, type KeyAttribute } from '../contract';
import { cfnResourceOf } from '../private/owned';

interface KeyElement {
  readonly attributeName: string;
  readonly keyType: string;
}

interface Index {
  readonly indexName: string;
  readonly keySchema: KeyElement[];
  readonly projection: { readonly projectionType?: string };
}

const { partitionKey, timeToLiveAttribute, indexes: wanted } = tableDefinition();

const KEY = `partition key ${named(partitionKey)}, no sort key`;
const TTL = `time to live on '${timeToLiveAttribute}'`;

/** What a table needs, as an owner reads it. */
export const TABLE_SHAPE = [KEY, ...wanted.map(shapeOf), TTL];

function shapeOf(index: IndexDefinition): string {
  return `index '${index.indexName}' of ${named(index.partitionKey)} and ${named(index.sortKey)} that projects ${projections(index).join(' or ')}`;
}

function named({ name, type }: KeyAttribute): string {
  return `'${name}' (${type})`;
}

/** More than is asked for does no harm. */
function projections({ projectionType }: IndexDefinition): string[] {
  return projectionType === 'ALL' ? ['ALL'] : [projectionType, 'ALL'];
}

/**
 * What a table made in this app lacks. Resolved, because the constructs keep their indexes to themselves and more can
 * be added until synthesis. Nothing can be seen of an imported table.
 */
export function missingFrom(table: dynamodb.ITable): string[] {
  const resource = cfnResourceOf(table);
  if (!resource) return [];
  const cfn = resource as dynamodb.CfnTable;
  const stack = Stack.of(table);
  const indexes = (stack.resolve(cfn.globalSecondaryIndexes) ?? []) as Index[];
  const types = attributeTypes(stack.resolve(cfn.attributeDefinitions));
  const has = (index: IndexDefinition) => indexes.some(({ indexName, keySchema, projection }) =>
    indexName === index.indexName && isKey(keySchema, [index.partitionKey, index.sortKey], types) && projections(index).includes(projection.projectionType ?? ''));
  const ttl = stack.resolve(cfn.timeToLiveSpecification) as { attributeName?: string } | undefined;
  return [
    ...(isKey(stack.resolve(cfn.keySchema), [partitionKey], types) ? [] : [KEY]),
    ...wanted.filter(index => !has(index)).map(shapeOf),
    ...(ttl?.attributeName === timeToLiveAttribute ? [] : [TTL]),
  ];
}

function attributeTypes(definitions: { attributeName: string; attributeType: string }[] = []): Map<string, string> {
  return new Map(definitions.map(({ attributeName, attributeType }) => [attributeName, attributeType]));
}

/** Partition key first. */
function isKey(schema: KeyElement[], keys: KeyAttribute[], types: Map<string, string>): boolean {
  const found = [...schema].sort((a, b) => a.keyType.localeCompare(b.keyType)).map(({ attributeName }) => `${attributeName}:${types.get(attributeName)}`);
  return found.join() === keys.map(({ name, type }) => `${name}:${type}`).join();
}
