import { Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { TABLE } from '../contract';
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

const { BY_USER, BY_DUE } = TABLE;

/** What a table needs, as an owner reads it. */
export const TABLE_SHAPE = {
  key: `partition key '${TABLE.PARTITION_KEY}' (S), no sort key`,
  byUser: `index '${BY_USER.NAME}' of '${BY_USER.PARTITION_KEY}' (S) and '${BY_USER.SORT_KEY}' (S) that projects ALL`,
  byDue: `index '${BY_DUE.NAME}' of '${BY_DUE.PARTITION_KEY}' (N) and '${BY_DUE.SORT_KEY}' (N) that projects KEYS_ONLY or ALL`,
  ttl: `time to live on '${TABLE.TTL_ATTRIBUTE}'`,
};

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
  const has = (name: string, keys: string[], projections: string[]) => indexes.some(index =>
    index.indexName === name && isKey(index.keySchema, keys, types) && projections.includes(index.projection.projectionType ?? ''));
  const ttl = stack.resolve(cfn.timeToLiveSpecification) as { attributeName?: string } | undefined;
  return [
    ...(isKey(stack.resolve(cfn.keySchema), [`${TABLE.PARTITION_KEY}:S`], types) ? [] : [TABLE_SHAPE.key]),
    ...(has(BY_USER.NAME, [`${BY_USER.PARTITION_KEY}:S`, `${BY_USER.SORT_KEY}:S`], ['ALL']) ? [] : [TABLE_SHAPE.byUser]),
    ...(has(BY_DUE.NAME, [`${BY_DUE.PARTITION_KEY}:N`, `${BY_DUE.SORT_KEY}:N`], ['KEYS_ONLY', 'ALL']) ? [] : [TABLE_SHAPE.byDue]),
    ...(ttl?.attributeName === TABLE.TTL_ATTRIBUTE ? [] : [TABLE_SHAPE.ttl]),
  ];
}

function attributeTypes(definitions: { attributeName: string; attributeType: string }[] = []): Map<string, string> {
  return new Map(definitions.map(({ attributeName, attributeType }) => [attributeName, attributeType]));
}

/** Partition key first, as `name:type`. */
function isKey(schema: KeyElement[], keys: string[], types: Map<string, string>): boolean {
  const found = [...schema].sort((a, b) => a.keyType.localeCompare(b.keyType)).map(({ attributeName }) => `${attributeName}:${types.get(attributeName)}`);
  return found.join() === keys.join();
}
