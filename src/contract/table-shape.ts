import { tableDefinition, type IndexDefinition, type KeyAttribute } from './table-definition';

/** A table that somebody else made. Keys are `name:type`, the partition key first. */
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

/** What a table needs, as its owner reads it. */
export function tableShape(): string[] {
  return missingFrom({ keys: [], indexes: [] });
}

/** What a table lacks, as its owner reads it. */
export function missingFrom({ keys, indexes, timeToLiveAttribute }: FoundTable): string[] {
  const wanted = tableDefinition();
  const has = (index: IndexDefinition) => indexes.some(found => found.indexName === index.indexName
    && found.keys.join() === coded(index.partitionKey, index.sortKey) && projections(index).includes(found.projectionType));
  return [
    ...(keys.join() === coded(wanted.partitionKey) ? [] : [`partition key ${named(wanted.partitionKey)}, no sort key`]),
    ...wanted.indexes.filter(index => !has(index)).map(shapeOf),
    ...(timeToLiveAttribute === wanted.timeToLiveAttribute ? [] : [`time to live on '${wanted.timeToLiveAttribute}'`]),
  ];
}

function shapeOf(index: IndexDefinition): string {
  return `index '${index.indexName}' of ${named(index.partitionKey)} and ${named(index.sortKey)} that projects ${projections(index).join(' or ')}`;
}

function named({ name, type }: KeyAttribute): string {
  return `'${name}' (${type})`;
}

function coded(...keys: KeyAttribute[]): string {
  return keys.map(({ name, type }) => `${name}:${type}`).join();
}

/** More than is asked for does no harm. */
function projections({ projectionType }: IndexDefinition): string[] {
  return projectionType === 'ALL' ? ['ALL'] : [projectionType, 'ALL'];
}
