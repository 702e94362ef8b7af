import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { defineTable, type IndexDefinition, TABLE } from '../../src/contract';

export type Item = Readonly<Record<string, AttributeValue>>;

const WRITE_UNIT_BYTES = 1024;
const READ_UNIT_BYTES = 4096;
/** Overhead of a list or map, and of each element in it. */
const NEST_BYTES = 3;
const ELEMENT_BYTES = 1;

/**
 * The size of an item by DynamoDB's published rules.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function computeItemBytes(item: Item | undefined): number {
  if (item === undefined) return 0;
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + computeValueBytes(value), 0,
  );
}

function computeValueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return computeNumberBytes(value.N);
  if (value.B !== undefined) return Buffer.byteLength(String(value.B), 'base64');
  if (value.M !== undefined) {
    return NEST_BYTES + Object.keys(value.M).length * ELEMENT_BYTES + computeItemBytes(value.M);
  }
  if (value.L !== undefined) {
    return value.L.reduce((sum, one) => sum + ELEMENT_BYTES + computeValueBytes(one), NEST_BYTES);
  }
  if (value.SS !== undefined) return value.SS.reduce((sum, one) => sum + Buffer.byteLength(one), 0);
  if (value.NS !== undefined) return value.NS.reduce((sum, one) => sum + computeNumberBytes(one), 0);
  // A boolean or null.
  return 1;
}

/** One byte for two significant digits, one more, and one for a minus sign. */
function computeNumberBytes(text: string): number {
  const digits = text.replace(/e.*$/i, '').replace(/[^0-9]/g, '').replace(/^0+|0+$/g, '').length;
  return Math.ceil(digits / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}

function roundUp(bytes: number, unit: number): number {
  return Math.max(1, Math.ceil(bytes / unit));
}

/** Read units of one item, or of all items of a query together. */
export function computeReadUnits(bytes: number, isConsistent: boolean): number {
  return roundUp(bytes, READ_UNIT_BYTES) * (isConsistent ? 1 : 0.5);
}

/**
 * Write units of one item of the table: the larger of the item before and after counts, and a write whose condition
 * fails counts too. A transaction doubles them.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export function computeTableUnits(before: Item | undefined, after: Item | undefined): number {
  return roundUp(Math.max(computeItemBytes(before), computeItemBytes(after)), WRITE_UNIT_BYTES);
}

/**
 * Write units of the indexes: one entry put or deleted is one write, a changed key is two, a changed projected
 * attribute is one, and no change is none. A transaction does not double them: DynamoDB updates indexes afterwards
 * (measured by AWS: https://github.com/aws/agent-toolkit-for-aws, amazon-dynamodb/scripts/calculate_costs.py).
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */
export function computeIndexUnits(
  before: Item | undefined, after: Item | undefined, indexes: readonly IndexDefinition[] = defineTable().indexes,
): number {
  return indexes.reduce(
    (sum, index) => sum + computeEntryUnits(project(before, index), project(after, index), index), 0,
  );
}

function computeEntryUnits(before: Item | undefined, after: Item | undefined, index: IndexDefinition): number {
  const [put, deleted] = [after, before].map(entry => entry && roundUp(computeItemBytes(entry), WRITE_UNIT_BYTES));
  if (!before || !after) return put ?? deleted ?? 0;
  const isMoved = [index.partitionKey, index.sortKey].some(({ name }) => isChanged(before[name], after[name]));
  if (isMoved) return put! + deleted!;
  const isUpdated = isChanged(before, after);
  return isUpdated ? Math.max(put!, deleted!) : 0;
}

/** The entry of an item in an index; undefined if the item lacks a key of a sparse index. */
function project(item: Item | undefined, { partitionKey, sortKey, projectionType }: IndexDefinition): Item | undefined {
  if (item?.[partitionKey.name] === undefined || item[sortKey.name] === undefined) return undefined;
  if (projectionType === 'ALL') return item;
  return Object.fromEntries(
    [TABLE.PARTITION_KEY, partitionKey.name, sortKey.name].map(name => [name, item[name]]),
  );
}

function isChanged(before: unknown, after: unknown): boolean {
  return canonical(before) !== canonical(after);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, nested: unknown) => (
    typeof nested === 'object' && nested !== null && !Array.isArray(nested)
      ? Object.fromEntries(Object.entries(nested).sort(([a], [b]) => a < b ? -1 : 1))
      : nested));
}
