import type { AttributeValue, CancellationReason } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand, type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, type QueryCommandInput,
  TransactWriteCommand, UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { call, readErrorName } from './errors';
import { buildPutRequest, buildTransactRequest, buildUpdateRequest } from './write-requests';
import { type ImageRecord, TABLE } from '../../src/contract';
import { TryAgain } from '../domain/errors';
import type { DueKey, IndexKey, IndexPage, IndexQuery, Outcome, Table, Write } from '../domain/ports';

/** BatchGetItem takes at most 100 keys and may leave some for later. */
const BATCH_KEYS = 100;

export function openImageTable(client: DynamoDBDocumentClient, tableName: string): Table {
  return {
    get: id => get(client, tableName, id),
    getMany: ids => getMany(client, tableName, ids),
    write: writes => write(client, tableName, writes),
    listByUser: query => listByUser(client, tableName, query),
    listDue: (partition, now, limit, behind) => listDue(client, tableName, { partition, now, limit, behind }),
  };
}

async function get(client: DynamoDBDocumentClient, tableName: string, id: string): Promise<ImageRecord | undefined> {
  const command = new GetCommand({ TableName: tableName, Key: { [TABLE.PARTITION_KEY]: id }, ConsistentRead: true });
  const { Item } = await call(() => client.send(command));
  return Item as ImageRecord | undefined;
}

async function getMany(
  client: DynamoDBDocumentClient, tableName: string, ids: readonly string[],
): Promise<ImageRecord[]> {
  const chunks = Array.from(
    { length: Math.ceil(ids.length / BATCH_KEYS) }, (_, i) => ids.slice(i * BATCH_KEYS, (i + 1) * BATCH_KEYS),
  );
  const rows = await Promise.all(chunks.map(chunk => getChunk(client, tableName, chunk)));
  return rows.flat();
}

async function getChunk(
  client: DynamoDBDocumentClient, tableName: string, ids: readonly string[],
): Promise<ImageRecord[]> {
  const rows: ImageRecord[] = [];
  let keys: Record<string, unknown>[] | undefined = ids.map(id => ({ [TABLE.PARTITION_KEY]: id }));
  while (keys?.length) {
    const command: BatchGetCommand = new BatchGetCommand({
      RequestItems: { [tableName]: { Keys: keys, ConsistentRead: true } },
    });
    const { Responses, UnprocessedKeys } = await call(() => client.send(command));
    const read = (Responses?.[tableName] ?? []) as ImageRecord[];
    // A throttled BatchGetItem processes no key.
    if (read.length === 0 && UnprocessedKeys?.[tableName]?.Keys?.length === keys.length) {
      throw new TryAgain('BatchGetItem processed no key');
    }
    rows.push(...read);
    keys = UnprocessedKeys?.[tableName]?.Keys;
  }
  return rows;
}

async function write(client: DynamoDBDocumentClient, tableName: string, writes: readonly Write[]): Promise<Outcome> {
  try {
    await call(() => send(client, tableName, writes));
    return { done: true };
  } catch (error) {
    if (readErrorName(error) === 'ConditionalCheckFailedException') {
      return readConflict((error as { Item?: Item }).Item);
    }
    if (readErrorName(error) === 'TransactionCanceledException') {
      return readCancellation(error as { CancellationReasons?: CancellationReason[] } & Error);
    }
    throw error;
  }
}

function send(client: DynamoDBDocumentClient, tableName: string, writes: readonly Write[]): Promise<unknown> {
  const [first] = writes;
  if (writes.length === 1 && 'put' in first) return client.send(new PutCommand(buildPutRequest(tableName, first)));
  if (writes.length === 1 && 'update' in first) {
    return client.send(new UpdateCommand(buildUpdateRequest(tableName, first)));
  }
  return client.send(new TransactWriteCommand(buildTransactRequest(tableName, writes)));
}

type Item = Record<string, AttributeValue>;

function readConflict(item: Item | undefined): Outcome {
  return { done: false, current: item && unmarshall(item) as ImageRecord };
}

/** A failed condition is an outcome. All other cancellations are transient, apart from invalid requests. */
function readCancellation(error: { CancellationReasons?: CancellationReason[] } & Error): Outcome {
  const reasons = error.CancellationReasons ?? [];
  const failed = reasons.find(reason => reason.Code === 'ConditionalCheckFailed');
  if (failed) return readConflict(failed.Item);
  if (reasons.some(reason => reason.Code === 'ValidationError' || reason.Code === 'ItemCollectionSizeLimitExceeded')) {
    throw error;
  }
  throw new TryAgain(`TransactionCanceledException: ${reasons.map(reason => reason.Code).join(', ')}`, {
    cause: error,
  });
}

/**
 * One key more than requested tells exactly whether the index holds more, unless the answer ended early at 1 MB of
 * items (Amazon DynamoDB Developer Guide, "Paginating table query results").
 */
async function listByUser(client: DynamoDBDocumentClient, tableName: string, query: IndexQuery): Promise<IndexPage> {
  const command = new QueryCommand({
    TableName: tableName,
    IndexName: TABLE.BY_USER.NAME,
    ...buildCreatedCondition(query),
    ProjectionExpression: 'image_id, created_at',
    ScanIndexForward: !query.descending,
    Limit: query.limit + 1,
    ExclusiveStartKey: query.behind && { ...query.behind, [TABLE.BY_USER.PARTITION_KEY]: query.partition },
  });
  const { Items = [], LastEvaluatedKey } = await call(() => client.send(command));
  return {
    keys: Items.slice(0, query.limit) as IndexKey[],
    more: Items.length > query.limit || LastEvaluatedKey !== undefined,
  };
}

/** A sort key takes one condition. BETWEEN includes its bounds, but no stored `created_at` equals a bound. */
function buildCreatedCondition(
  { partition, above, below }: IndexQuery,
): Pick<QueryCommandInput, 'KeyConditionExpression' | 'ExpressionAttributeValues'> {
  const values = {
    ':user': partition,
    ...(above === undefined ? {} : { ':above': above }),
    ...(below === undefined ? {} : { ':below': below }),
  };
  return {
    KeyConditionExpression: buildRangeExpression(above !== undefined, below !== undefined),
    ExpressionAttributeValues: values,
  };
}

function buildRangeExpression(above: boolean, below: boolean): string {
  if (above && below) return 'user_id = :user AND created_at BETWEEN :above AND :below';
  if (above) return 'user_id = :user AND created_at > :above';
  if (below) return 'user_id = :user AND created_at < :below';
  return 'user_id = :user';
}

interface DueQuery {
  readonly partition: number;
  readonly now: number;
  readonly limit: number;
  readonly behind?: DueKey;
}

async function listDue(
  client: DynamoDBDocumentClient, tableName: string, { partition, now, limit, behind }: DueQuery,
): Promise<DueKey[]> {
  const command = new QueryCommand({
    TableName: tableName,
    IndexName: TABLE.BY_DUE.NAME,
    KeyConditionExpression: 'sweep = :partition AND due_at <= :now',
    ExpressionAttributeValues: { ':partition': partition, ':now': now },
    Limit: limit,
    ExclusiveStartKey: behind
      && { image_id: behind.image_id, due_at: behind.due_at, [TABLE.BY_DUE.PARTITION_KEY]: partition },
  });
  const { Items = [] } = await call(() => client.send(command));
  return Items.map(({ image_id, due_at }) => ({ image_id, due_at }) as DueKey);
}
