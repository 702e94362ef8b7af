import {
  BatchGetItemCommand, BatchWriteItemCommand, DeleteItemCommand, GetItemCommand, PutItemCommand, QueryCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand, UpdateItemCommand, type AttributeValue, type BatchGetItemCommandInput,
  type DeleteItemCommandInput,
  type DynamoDBClient, DynamoDBServiceException, type GetItemCommandInput, type PutItemCommandInput,
  type QueryCommandInput, type TransactWriteItem,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';

export type Row = Record<string, AttributeValue>;
type Failure = Error & { Item?: Row; CancellationReasons?: { Code: string; Item?: Row }[] };
type Without<T> = Omit<T, 'TableName'>;

/** Commands on the table of one case. Their results can be compared between engines. */
export class Table {
  constructor(private readonly client: DynamoDBClient, readonly name: string) {}

  put = async (item: Row, more: Partial<PutItemCommandInput> = {}) =>
    this.send(new PutItemCommand({ TableName: this.name, Item: item, ...more }));

  update = async (input: Without<UpdateItemCommandInput>) =>
    this.send(new UpdateItemCommand({ TableName: this.name, ...input }));

  delete = async (input: Without<DeleteItemCommandInput>) =>
    this.send(new DeleteItemCommand({ TableName: this.name, ...input }));

  get = async (id: string, more: Partial<GetItemCommandInput> = {}) => this.send(new GetItemCommand({
    TableName: this.name, Key: key(id), ConsistentRead: true, ...more,
  }));

  query = async (input: Without<QueryCommandInput>) => this.send(new QueryCommand({ TableName: this.name, ...input }));

  batchGet = async (ids: string[], more: Partial<BatchGetItemCommandInput> = {}) => {
    const answer = await this.send(
      new BatchGetItemCommand({ RequestItems: { [this.name]: { Keys: ids.map(key), ConsistentRead: true } }, ...more }),
    );
    const { Responses: responses } = answer as { Responses?: Record<string, Row[]> };
    // The order of a batch is not guaranteed.
    return { ...answer, Responses: responses?.[this.name].sort((a, b) => a.image_id.S! < b.image_id.S! ? -1 : 1) };
  };

  batchWrite = async (items: Row[]) => this.send(new BatchWriteItemCommand({
    RequestItems: { [this.name]: items.map(item => ({ PutRequest: { Item: item } })) },
  }));

  transact = async (items: TransactWriteItem[], token?: string) => this.send(new TransactWriteItemsCommand({
    TransactItems: items,
    ClientRequestToken: token,
  }));

  transactGet = async (ids: string[]) => this.send(new TransactGetItemsCommand({
    TransactItems: ids.map(id => ({ Get: { TableName: this.name, Key: key(id) } })),
  }));

  /** All pages of a query, each with its counts. */
  pages = async (input: Without<QueryCommandInput>) => {
    const pages: Record<string, unknown>[] = [];
    let from: Row | undefined;
    do {
      const page: Record<string, unknown> = await this.query({ ...input, ExclusiveStartKey: from });
      pages.push(page);
      from = page.LastEvaluatedKey as Row | undefined;
    } while (from);
    return pages;
  };

  private async send(command: { input: object }): Promise<Record<string, unknown>> {
    try {
      const output = await this.client.send(command as never) as unknown as Record<string, unknown>;
      const { $metadata, ConsumedCapacity: capacity, ...answer } = output;
      // DynamoDB Local reports the consumed capacity of some deletes that did not ask for it.
      return 'ReturnConsumedCapacity' in command.input ? { ...answer, ConsumedCapacity: capacity } : answer;
    } catch (error) {
      // A broken connection gives no response to compare.
      if (!(error instanceof DynamoDBServiceException)) throw error;
      const { name, Item: item, CancellationReasons: reasons } = error as Failure;
      return { name, item, reasons: reasons?.map(({ Code: code, Item: old }) => ({ code, item: old })) };
    }
  }
}

export function key(id: string): Row {
  return { image_id: { S: id } };
}

export function row(id: string, more: Row = {}): Row {
  return { ...key(id), ...more };
}

/** A row that is in both indexes. */
export function listed(id: string, user: string, at: string, more: Row = {}): Row {
  return row(id, { user_id: { S: user }, created_at: { S: at }, ...more });
}

export type Case = [name: string, run: (table: Table) => Promise<unknown>];
