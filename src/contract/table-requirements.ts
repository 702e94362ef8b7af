import { defineTable, type IndexDefinition, type KeyAttribute } from './table-definition';

/** Properties of an existing table. Keys are `name:type`, the partition key first. */
export interface FoundTable {
  readonly keys: readonly string[];
  readonly indexes: readonly FoundIndex[];
  readonly timeToLiveAttribute?: string;
}

export interface FoundIndex {
  readonly indexName: string;
  readonly keys: readonly string[];
  readonly projectionType: string;
}

/** Lists the properties that the table must have, for its owner. */
export function describeTable(): string[] {
  return listMissingParts({ keys: [], indexes: [] });
}

/** Lists the properties that the table lacks, for its owner. */
export function listMissingParts({ keys, indexes, timeToLiveAttribute }: FoundTable): string[] {
  const wanted = defineTable();
  const hasIndex = (index: IndexDefinition) => indexes.some(found => found.indexName === index.indexName
    && found.keys.join() === encodeKeys(index.partitionKey, index.sortKey)
      && listProjections(index).includes(found.projectionType));
  return [
    ...(keys.join() === encodeKeys(wanted.partitionKey)
      ? []
      : [`partition key ${describeKey(wanted.partitionKey)}, no sort key`]),
    ...wanted.indexes.filter(index => !hasIndex(index)).map(describeIndex),
    ...(timeToLiveAttribute === wanted.timeToLiveAttribute ? [] : [`time to live on '${wanted.timeToLiveAttribute}'`]),
  ];
}

function describeIndex(index: IndexDefinition): string {
  return `index '${index.indexName}' of ${describeKey(index.partitionKey)} and ${describeKey(index.sortKey)} that projects ${listProjections(index).join(' or ')}`;
}

function describeKey({ name, type }: KeyAttribute): string {
  return `'${name}' (${type})`;
}

function encodeKeys(...keys: KeyAttribute[]): string {
  return keys.map(({ name, type }) => `${name}:${type}`).join();
}

/** A projection of more attributes is fine. */
function listProjections({ projectionType }: IndexDefinition): string[] {
  return projectionType === 'ALL' ? ['ALL'] : [projectionType, 'ALL'];
}
