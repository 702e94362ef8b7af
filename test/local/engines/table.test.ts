import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchGetItemCommand, BatchWriteItemCommand, DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient,
  GetItemCommand, ListTablesCommand,
  PutItemCommand, QueryCommand, TransactWriteItemsCommand, UpdateItemCommand, type AttributeValue,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { startTableEngine, type TableEngine } from '../../../local/engines/table';
import { ensureTable } from '../../../local/resources/table';

const TABLE = 'images';

let engine: TableEngine;
let client: DynamoDBClient;

function createClient({ endpoint }: TableEngine): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
}

beforeEach(async () => {
  engine = await startTableEngine();
  client = createClient(engine);
  await ensureTable(client, TABLE);
});

afterEach(async () => {
  client.destroy();
  await engine.close();
});

function key(id: string): Record<string, AttributeValue> {
  return { image_id: { S: id } };
}

function counted(id: string, by: string, condition?: string) {
  return {
    Update: {
      TableName: TABLE,
      Key: key(id),
      UpdateExpression: 'ADD n :by',
      ConditionExpression: condition,
      ExpressionAttributeValues: { ':by': { N: by } },
    },
  };
}

async function count(id: string): Promise<string | undefined> {
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: TABLE, Key: key(id), ConsistentRead: true }),
  );
  return item?.n.N;
}

test('the table is made once, with its indexes and its time to live', async () => {
  await ensureTable(client, TABLE);
  const { Table: table } = await client.send(new DescribeTableCommand({ TableName: TABLE }));
  expect(table).toMatchObject({ TableStatus: 'ACTIVE', BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' } });
  expect(table!.GlobalSecondaryIndexes!.map(
    index => [index.IndexName, index.IndexStatus, index.Projection!.ProjectionType],
  ).sort()).toEqual([
    ['by_due', 'ACTIVE', 'KEYS_ONLY'], ['by_user', 'ACTIVE', 'ALL'],
  ]);
  const { TimeToLiveDescription: ttl } = await client.send(new DescribeTimeToLiveCommand({ TableName: TABLE }));
  expect(ttl).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires_at' });
  expect((await client.send(new ListTablesCommand())).TableNames).toEqual([TABLE]);
});

test('the next transactions conflict when asked to, and change nothing', async () => {
  engine.forceConflicts(2);
  const add = async () =>
    client.send(new TransactWriteItemsCommand({ TransactItems: [counted('a', '1'), counted('b', '1')] }));
  for (let i = 0; i < 2; i++) {
    await expect(add()).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
    });
    expect(await count('a')).toBeUndefined();
  }
  await add();
  expect(await count('a')).toBe('1');
});

test('of 50 transactions at once that spend a quota of 20, exactly 20 succeed', async () => {
  await client.send(new UpdateItemCommand({
    TableName: TABLE,
    Key: key('quota'),
    UpdateExpression: 'SET n = :n',
    ExpressionAttributeValues: { ':n': { N: '20' } },
  }));
  const spend = async (i: number) => client.send(new TransactWriteItemsCommand({
    TransactItems: [
      {
        Update: {
          TableName: TABLE,
          Key: key('quota'),
          UpdateExpression: 'SET n = n - :one',
          ConditionExpression: 'n >= :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        },
      },
      counted(`spent-${i}`, '1'),
    ],
  }));
  const results = await Promise.allSettled(Array.from({ length: 50 }, async (_, i) => spend(i)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
  expect(await count('quota')).toBe('0');
  const spent = await Promise.all(results.map(async (_, i) => count(`spent-${i}`)));
  expect(spent.filter(Boolean)).toHaveLength(20);
});

test('a page costs the same at any depth of a long partition, and a walk gives each row once', async () => {
  const rows = 3000;
  const at = (i: number): string => `2026-11-22T10:00:00.000Z#${String(i).padStart(9, '0')}`;
  const put = (i: number) => ({
    PutRequest: {
      Item: { ...key(`id-${i}`), user_id: { S: 'alice' }, created_at: { S: at(i) }, filename: { S: 'x'.repeat(100) } },
    },
  });
  for (let start = 0; start < rows; start += 25) {
    await client.send(
      new BatchWriteItemCommand({ RequestItems: { [TABLE]: Array.from({ length: 25 }, (_, i) => put(start + i)) } }),
    );
  }
  const seen: (string | undefined)[] = [];
  const costs = new Set<number | undefined>();
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page: QueryCommandOutput = await client.send(new QueryCommand({
      TableName: TABLE,
      IndexName: 'by_user',
      KeyConditionExpression: 'user_id = :u',
      ExpressionAttributeValues: { ':u': { S: 'alice' } },
      ScanIndexForward: false,
      Limit: 100,
      ExclusiveStartKey: from,
      ReturnConsumedCapacity: 'TOTAL',
    }));
    seen.push(...page.Items!.map(item => item.created_at.S));
    if (page.Items!.length === 100) costs.add(page.ConsumedCapacity!.CapacityUnits);
    from = page.LastEvaluatedKey;
  } while (from);
  expect(seen).toEqual(Array.from({ length: rows }, (_, i) => at(rows - 1 - i)));
  expect([...costs]).toHaveLength(1);
});

test('keeps its items over a restart', async () => {
  const path = mkdtempSync(join(tmpdir(), 'table-'));
  for (const expected of ['1', '2']) {
    const durable = await startTableEngine({ path });
    const writer = createClient(durable);
    await ensureTable(writer, TABLE);
    await writer.send(new TransactWriteItemsCommand({ TransactItems: [counted('a', '1')] }));
    const { Item: item } = await writer.send(
      new GetItemCommand({ TableName: TABLE, Key: key('a'), ConsistentRead: true }),
    );
    expect(item!.n.N).toBe(expected);
    writer.destroy();
    await durable.close();
  }
  rmSync(path, { recursive: true });
});

test('rejects requests without a signature and unknown operations', async () => {
  const post = async (headers: Record<string, string>) => {
    const response = await fetch(engine.endpoint, { method: 'POST', headers, body: '{}' });
    return [response.status, (await response.json() as { __type: string }).__type.split('#')[1]];
  };
  expect(await post({ 'x-amz-target': 'DynamoDB_20120810.ListTables' })).toEqual([
    400, 'MissingAuthenticationTokenException',
  ]);
  expect(await post({ 'x-amz-target': 'DynamoDB_20120810.Nonsense', 'authorization': 'AWS4-HMAC-SHA256 x' })).toEqual([
    400, 'UnknownOperationException',
  ]);
});

describe('a read that does not ask for consistency', () => {
  const put = async (n: string) =>
    client.send(new PutItemCommand({ TableName: TABLE, Item: { ...key('a'), n: { N: n } } }));
  const get = async (ConsistentRead?: boolean) =>
    (await client.send(new GetItemCommand({ TableName: TABLE, Key: key('a'), ConsistentRead }))).Item?.n.N;
  const batchGet = async (ConsistentRead?: boolean) => {
    const { Responses } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [TABLE]: { Keys: [key('a')], ConsistentRead } } }),
    );
    return Responses![TABLE].map(({ n }) => n.N);
  };

  test('returns an item as it was before its last write', async () => {
    await put('1');
    expect([await get(), await batchGet(), await get(true), await batchGet(true)]).toEqual([undefined, [], '1', ['1']]);
    await put('2');
    expect([await get(), await batchGet(), await get(true), await batchGet(true)]).toEqual(['1', ['1'], '2', ['2']]);
  });

  test('returns the last write once the lag is over', async () => {
    const quick = await startTableEngine({ lagMs: 1 });
    const other = createClient(quick);
    await ensureTable(other, TABLE);
    await other.send(new PutItemCommand({ TableName: TABLE, Item: key('a') }));
    await new Promise(resolve => { setTimeout(resolve, 20); });
    expect((await other.send(new GetItemCommand({ TableName: TABLE, Key: key('a') }))).Item).toEqual(key('a'));
    other.destroy();
    await quick.close();
  });
});
