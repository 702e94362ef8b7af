import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand, type CreateTableCommandInput, DescribeTableCommand, DescribeTimeToLiveCommand,
  type DynamoDBClient, type KeySchemaElement,
  ResourceInUseException, type TableDescription, UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { COMMON_ENV, type FoundTable, type KeyAttribute, listMissingParts, defineTable } from '../../src/contract';

/** AWS takes seconds to create a table with its indexes. */
const ACTIVE_TIMEOUT_MS = 60_000;
const PAUSE_MS = 200;

/**
 * Creates the table if absent, and returns whether it did. A table with a different schema is an error that names the
 * difference.
 */
export async function ensureTable(client: DynamoDBClient, tableName: string): Promise<boolean> {
  const isNew = await create(client, tableName);
  const table = await waitUntilActive(client, tableName);
  const { timeToLiveAttribute } = defineTable();
  const present = await readTimeToLive(client, tableName);
  const missing = listMissingParts({ ...readFoundTable(table), timeToLiveAttribute: present ?? timeToLiveAttribute });
  if (missing.length > 0) {
    throw new Error(
      `the table ${tableName} must have: ${missing.join('; ')}. Delete it, or name another in ${COMMON_ENV.TABLE}`,
    );
  }
  if (present === undefined) {
    const TimeToLiveSpecification = { AttributeName: timeToLiveAttribute, Enabled: true };
    await client.send(new UpdateTimeToLiveCommand({ TableName: tableName, TimeToLiveSpecification }));
  }
  return isNew;
}

async function create(client: DynamoDBClient, tableName: string): Promise<boolean> {
  try {
    await client.send(new CreateTableCommand(buildCreateTableInput(tableName)));
    return true;
  } catch (error) {
    if (error instanceof ResourceInUseException) return false;
    throw error;
  }
}

function buildCreateTableInput(tableName: string): CreateTableCommandInput {
  const { billingMode, partitionKey, indexes } = defineTable();
  const attributes = [partitionKey, ...indexes.flatMap(index => [index.partitionKey, index.sortKey])];
  return {
    TableName: tableName,
    BillingMode: billingMode,
    AttributeDefinitions: attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    KeySchema: buildKeySchema(partitionKey),
    GlobalSecondaryIndexes: indexes.map(index => ({
      IndexName: index.indexName,
      KeySchema: buildKeySchema(index.partitionKey, index.sortKey),
      Projection: { ProjectionType: index.projectionType },
    })),
  };
}

function buildKeySchema(partitionKey: KeyAttribute, sortKey?: KeyAttribute): KeySchemaElement[] {
  return [
    { AttributeName: partitionKey.name, KeyType: 'HASH' },
    ...(sortKey ? [{ AttributeName: sortKey.name, KeyType: 'RANGE' } as const] : []),
  ];
}

async function waitUntilActive(client: DynamoDBClient, tableName: string): Promise<TableDescription> {
  const end = performance.now() + ACTIVE_TIMEOUT_MS;
  for (;;) {
    const { Table: table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
    const states = [table?.TableStatus, ...(table?.GlobalSecondaryIndexes ?? []).map(index => index.IndexStatus)];
    // A table is also usable while UPDATING.
    if (table && states.every(state => state === 'ACTIVE' || state === 'UPDATING')) return table;
    if (performance.now() >= end) {
      throw new Error(
        `the table ${tableName} must be ACTIVE within ${ACTIVE_TIMEOUT_MS / 1000} s, got: ${states.join(', ')}`,
      );
    }
    await sleep(PAUSE_MS);
  }
}

async function readTimeToLive(client: DynamoDBClient, tableName: string): Promise<string | undefined> {
  const { TimeToLiveDescription: ttl } = await client.send(new DescribeTimeToLiveCommand({ TableName: tableName }));
  return ttl?.TimeToLiveStatus === 'ENABLED' || ttl?.TimeToLiveStatus === 'ENABLING' ? ttl.AttributeName : undefined;
}

function readFoundTable(
  { KeySchema, AttributeDefinitions = [], GlobalSecondaryIndexes = [] }: TableDescription,
): FoundTable {
  const types = new Map(AttributeDefinitions.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]));
  const listKeys = (schema: KeySchemaElement[] = []): string[] => [...schema]
    .sort((a, b) => a.KeyType!.localeCompare(b.KeyType!)).map(
      ({ AttributeName: name }) => `${name}:${types.get(name)}`,
    );
  return {
    keys: listKeys(KeySchema),
    indexes: GlobalSecondaryIndexes.map(({ IndexName, KeySchema: schema, Projection }) => ({
      indexName: IndexName!, keys: listKeys(schema), projectionType: Projection!.ProjectionType!,
    })),
  };
}
