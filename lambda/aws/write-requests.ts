import { randomUUID } from 'node:crypto';
import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { type ImageRecord, TABLE } from '../../src/contract';
import type { Guard, Write } from '../domain/ports';

/** Placeholders of one request: expression strings hold only these, never a value or name from outside. */
class Placeholders {
  readonly names: Record<string, string> = {};
  readonly values: Record<string, unknown> = {};

  addName(attribute: string): string {
    const placeholder = `#${attribute}`;
    this.names[placeholder] = attribute;
    return placeholder;
  }

  addValue(value: unknown): string {
    const placeholder = `:v${Object.keys(this.values).length}`;
    this.values[placeholder] = value;
    return placeholder;
  }

  render() {
    return {
      ExpressionAttributeNames: this.names,
      ...(Object.keys(this.values).length > 0 ? { ExpressionAttributeValues: this.values } : {}),
    };
  }
}

function buildCondition(guard: Guard, placeholders: Placeholders): string {
  if (guard === 'absent') return buildAbsence(placeholders.addName(TABLE.PARTITION_KEY));
  return Object.entries(guard)
    .map(([attribute, value]) => {
      const name = placeholders.addName(attribute);
      return value === undefined ? buildAbsence(name) : `${name} = ${placeholders.addValue(value)}`;
    })
    .join(' AND ');
}

function buildAbsence(name: string): string {
  return `attribute_not_exists(${name})`;
}

function buildUpdate(set: Partial<ImageRecord>, remove: readonly string[], placeholders: Placeholders): string {
  const assignments = Object.entries(set).map(
    ([name, value]) => `${placeholders.addName(name)} = ${placeholders.addValue(value)}`,
  );
  const removals = remove.map(name => placeholders.addName(name));
  return [
    ...(assignments.length > 0 ? [`SET ${assignments.join(', ')}`] : []),
    ...(removals.length > 0 ? [`REMOVE ${removals.join(', ')}`] : []),
  ].join(' ');
}

export function buildPutRequest(tableName: string, { put, guard }: Extract<Write, { put: unknown }>) {
  const placeholders = new Placeholders();
  const ConditionExpression = buildCondition(guard, placeholders);
  return {
    TableName: tableName,
    Item: { ...put },
    ConditionExpression,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    ...placeholders.render(),
  };
}

export function buildUpdateRequest(
  tableName: string, { update, set, remove = [], guard }: Extract<Write, { update: unknown }>,
) {
  const placeholders = new Placeholders();
  const UpdateExpression = buildUpdate(set, remove, placeholders);
  const ConditionExpression = buildCondition(guard, placeholders);
  return {
    TableName: tableName,
    Key: { [TABLE.PARTITION_KEY]: update },
    UpdateExpression,
    ConditionExpression,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    ...placeholders.render(),
  };
}

/** The token makes the SDK's own retries safe: a repeated transaction happens once (within 10 minutes). */
export function buildTransactRequest(tableName: string, writes: readonly Write[]): TransactWriteCommandInput {
  return { ClientRequestToken: randomUUID(), TransactItems: writes.map(write => buildTransactItem(tableName, write)) };
}

function buildTransactItem(tableName: string, write: Write) {
  if ('put' in write) return { Put: buildPutRequest(tableName, write) };
  if ('update' in write) return { Update: buildUpdateRequest(tableName, write) };
  if ('putFacet' in write) return { Put: { TableName: tableName, Item: { ...write.putFacet } } };
  return { Delete: { TableName: tableName, Key: { [TABLE.PARTITION_KEY]: write.removeFacet } } };
}
