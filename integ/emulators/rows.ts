import {
  type AttributeValue, type AttributeValueUpdate, DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { buildClientOptions, readDeployment, findPhysicalId } from './deployment';
import { invoke } from './functions';

const stack = readDeployment();
const dynamoDb = new DynamoDBClient(buildClientOptions(stack));
const TableName = findPhysicalId(stack, 'AWS::DynamoDB::Table');

/**
 * Records are due five minutes after their creation. No emulator's clock can be moved, so specs move the record's date.
 */
export async function makeDue(imageId: string, changes: Record<string, string | number> = {}): Promise<void> {
  await changeRow(imageId, { due_at: Date.now(), ...changes });
}

/** Writes a record without the service, for states that only hours or accidents produce. */
export async function changeRow(
  imageId: string, set: Record<string, unknown>, remove: readonly string[] = [],
): Promise<void> {
  const puts = Object.entries(set).map(
    ([name, value]) => [name, { Action: 'PUT' as const, Value: marshall({ value }).value }] as const,
  );
  const deletes = remove.map(name => [name, { Action: 'DELETE' as const }] as const);
  await dynamoDb.send(new UpdateItemCommand({
    TableName,
    Key: marshall({ image_id: imageId }),
    AttributeUpdates: Object.fromEntries<AttributeValueUpdate>([...puts, ...deletes]),
  }));
}

export async function putRow(row: Record<string, unknown>): Promise<void> {
  await dynamoDb.send(new PutItemCommand({ TableName, Item: marshall(row) }));
}

export async function readRow(imageId: string): Promise<Record<string, AttributeValue>> {
  const { Item = {} } = await dynamoDb.send(
    new GetItemCommand({ TableName, Key: marshall({ image_id: imageId }), ConsistentRead: true }),
  );
  return Item;
}

/** Runs the sweeper's function once, and returns its answer. */
export async function sweep(): Promise<string> {
  const { error, payload } = await invoke('Sweeper');
  return `${error ?? 'done'}: ${payload}`;
}
