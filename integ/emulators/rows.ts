import { type AttributeValue, DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { marshall } from '@aws-sdk/util-dynamodb';
import { clientOptions, deployed, physicalId } from './deployment';

const stack = deployed();
const dynamoDb = new DynamoDBClient(clientOptions(stack));
const lambda = new LambdaClient(clientOptions(stack));
const TableName = physicalId(stack, 'AWS::DynamoDB::Table');

/** Rows are due five minutes after they were made, and no emulator's clock can be moved: their date can. */
export async function makeDue(imageId: string, changes: Record<string, string | number> = {}): Promise<void> {
  const set = Object.entries({ due_at: Date.now(), ...changes });
  await dynamoDb.send(new UpdateItemCommand({
    TableName,
    Key: marshall({ image_id: imageId }),
    AttributeUpdates: Object.fromEntries(set.map(([name, value]) => [name, { Action: 'PUT' as const, Value: marshall({ value }).value }])),
  }));
}

export async function rowOf(imageId: string): Promise<Record<string, AttributeValue>> {
  const { Item = {} } = await dynamoDb.send(new GetItemCommand({ TableName, Key: marshall({ image_id: imageId }), ConsistentRead: true }));
  return Item;
}

/** Runs the sweeper's function once, and tells what it answered. */
export async function sweep(): Promise<string> {
  const { FunctionError, Payload = [] } = await lambda.send(new InvokeCommand({ FunctionName: physicalId(stack, 'AWS::Lambda::Function', /Sweeper/) }));
  return `${FunctionError ?? 'done'}: ${Buffer.from(Payload).toString()}`;
}
