import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Answered, Exchange } from './calls';
import {
  computeIndexUnits, computeItemBytes, computeReadUnits, computeTableUnits, type Item,
} from './dynamo-units';
import { defineTable } from '../../src/contract';

interface Units { readonly writeUnits: number; readonly readUnits: number }

interface WriteInput { readonly TableName: string; readonly Key?: Item; readonly Item?: Item }
type TransactItem = Readonly<Record<string, WriteInput | undefined>>;

/** Computes the units of each call. It reads the items before and after a write, which the engine does not report. */
export class DynamoDbUnits {
  private readonly client: DynamoDBClient;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(endpoint: string) {
    this.client = new DynamoDBClient({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'meter', secretAccessKey: 'meter' },
    });
  }

  /** One call at a time, so that no other write comes between. */
  async measure({ operation, body }: Exchange, pass: () => Promise<Answered>): Promise<Units> {
    const done = this.turn.then(async () => this.measureOne(operation, JSON.parse(body.toString()) as object, pass));
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async measureOne(operation: string, input: object, pass: () => Promise<Answered>): Promise<Units> {
    const writes = listWrites(operation, input);
    const before = await Promise.all(writes.map(async write => this.read(write)));
    const { body } = await pass();
    if (writes.length === 0) {
      return { writeUnits: 0, readUnits: countReads(operation, input, JSON.parse(body.toString()) as object) };
    }
    const after = await Promise.all(writes.map(async write => this.read(write)));
    const factor = operation === 'TransactWriteItems' ? 2 : 1;
    const writeUnits = writes.reduce((sum, _, i) => (
      sum + factor * computeTableUnits(before[i], after[i]) + computeIndexUnits(before[i], after[i])), 0);
    return { writeUnits, readUnits: 0 };
  }

  private async read({ TableName, Key, Item }: WriteInput): Promise<Item | undefined> {
    const { name } = defineTable().partitionKey;
    const key = Key ?? { [name]: Item![name] };
    return (await this.client.send(new GetItemCommand({ TableName, Key: key, ConsistentRead: true }))).Item;
  }
}

function listWrites(operation: string, input: object): WriteInput[] {
  switch (operation) {
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem': return [input as WriteInput];
    case 'TransactWriteItems':
      return (input as { TransactItems: TransactItem[] }).TransactItems.flatMap(
        item => Object.values(item).filter(write => write !== undefined),
      );
    default: return [];
  }
}

interface BatchInput { readonly Keys: readonly unknown[]; readonly ConsistentRead?: boolean }
interface ReadInput {
  readonly ConsistentRead?: boolean;
  readonly RequestItems?: Readonly<Record<string, BatchInput>>;
}
interface ReadOutput {
  readonly Item?: Item;
  readonly Items?: readonly Item[];
  readonly Responses?: Readonly<Record<string, readonly Item[]>>;
}

function countReads(operation: string, input: ReadInput, output: ReadOutput): number {
  switch (operation) {
    case 'GetItem': return computeReadUnits(computeItemBytes(output.Item), input.ConsistentRead === true);
    case 'Query': return computeReadUnits(sumBytes(output.Items ?? []), input.ConsistentRead === true);
    case 'BatchGetItem': return Object.entries(input.RequestItems ?? {}).reduce(
      (sum, [table, request]) => sum + countBatchReads(request, output.Responses?.[table] ?? []), 0,
    );
    default: throw new Error(`the meter must know the units of each operation, got: ${operation}`);
  }
}

/** A key without an item costs as much as a small item. */
function countBatchReads({ Keys, ConsistentRead = false }: BatchInput, found: readonly Item[]): number {
  const missing = (Keys.length - found.length) * computeReadUnits(0, ConsistentRead);
  return found.reduce((units, item) => units + computeReadUnits(computeItemBytes(item), ConsistentRead), missing);
}

function sumBytes(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + computeItemBytes(item), 0);
}
