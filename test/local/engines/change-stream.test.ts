import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteItemCommand, DynamoDBClient, PutItemCommand, TransactWriteItemsCommand, UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { startTableEngine, type TableEngine } from '../../../local/engines/table';
import { LOCAL } from '../../../local/names';
import { ensureTable } from '../../../local/resources/table';

const TableName = LOCAL.TABLE;
let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'stream-')); });
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs work on the table of the folder, and closes it. */
async function withTable<T>(
  work: (client: DynamoDBClient, engine: TableEngine) => Promise<T>, streamOf: string | null = TableName,
): Promise<T> {
  const engine = await startTableEngine({ path: folder, streamOf: streamOf ?? undefined });
  const { REGION: region, CREDENTIALS: credentials } = LOCAL;
  const client = new DynamoDBClient({ endpoint: engine.endpoint, region, credentials });
  try {
    await ensureTable(client, TableName);
    return await work(client, engine);
  } finally {
    client.destroy();
    await engine.close();
  }
}

const item = (id: string, status: string) => ({ image_id: { S: id }, status: { S: status } });
const setStatus = (id: string, status: string, condition?: string) => ({
  TableName,
  Key: { image_id: { S: id } },
  UpdateExpression: 'SET #s = :s',
  ExpressionAttributeNames: { '#s': 'status' },
  ExpressionAttributeValues: { ':s': { S: status } },
  ...condition && { ConditionExpression: condition },
});

test('each change of an item has its images before and after, in the order of the writes', async () => {
  const changes = await withTable(async (client, { stream }) => {
    await client.send(new PutItemCommand({ TableName, Item: item('a', 'pending') }));
    await client.send(new UpdateItemCommand(setStatus('a', 'ready')));
    await client.send(new DeleteItemCommand({ TableName, Key: { image_id: { S: 'a' } } }));
    return stream!.read(10);
  });
  expect(changes.map(({ before, after }) => ({ before, after }))).toEqual([
    { before: undefined, after: item('a', 'pending') },
    { before: item('a', 'pending'), after: item('a', 'ready') },
    { before: item('a', 'ready'), after: undefined },
  ]);
  const numbers = changes.map(({ sequenceNumber }) => sequenceNumber);
  expect([...numbers].sort()).toEqual(numbers);
});

test('a write without a change, a failed condition and a cancelled transaction leave no change', async () => {
  const changes = await withTable(async (client, engine) => {
    await client.send(new PutItemCommand({ TableName, Item: item('a', 'ready') }));
    await client.send(new PutItemCommand({ TableName, Item: item('a', 'ready') }));
    const refused = new UpdateItemCommand(setStatus('a', 'failed', 'attribute_not_exists(image_id)'));
    await expect(client.send(refused)).rejects.toThrow('conditional request failed');
    const cancelled = new TransactWriteItemsCommand({
      TransactItems: [
        { Update: setStatus('a', 'failed') },
        { Update: setStatus('b', 'failed', 'attribute_exists(image_id)') },
      ],
    });
    await expect(client.send(cancelled)).rejects.toThrow('ConditionalCheckFailed');
    return engine.stream!.read(10);
  });
  expect(changes).toHaveLength(1);
});

test('changes that are not removed survive a restart, and later ones follow them', async () => {
  await withTable(async (client, { stream }) => {
    await client.send(new PutItemCommand({ TableName, Item: item('a', 'pending') }));
    await client.send(new PutItemCommand({ TableName, Item: item('b', 'pending') }));
    await stream!.remove((await stream!.read(1)));
  });
  const changes = await withTable(async (client, { stream }) => {
    await client.send(new PutItemCommand({ TableName, Item: item('c', 'pending') }));
    return stream!.read(10);
  });
  expect(changes.map(({ after }) => after?.image_id)).toEqual([{ S: 'b' }, { S: 'c' }]);
});

test('without a reader no changes are kept, and older ones wait for the next reader', async () => {
  const put = async (client: DynamoDBClient, id: string) =>
    client.send(new PutItemCommand({ TableName, Item: item(id, 'pending') }));
  await withTable(async client => put(client, 'a'));
  await withTable(async (client, { stream }) => {
    await put(client, 'b');
    expect(stream).toBeUndefined();
  }, null);
  const changes = await withTable(async (_, { stream }) => stream!.read(10));
  expect(changes.map(({ after }) => after?.image_id)).toEqual([{ S: 'a' }]);
});
