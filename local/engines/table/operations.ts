import { createRequire } from 'node:module';
import { createKey, type Item, type Table } from 'dynalite/db';
import { checkTypes, checkValidations } from 'dynalite/validations';
import { readErrorName, isDynamoError } from './errors';
import type { Store, View } from './store';
import type { Input, Output } from '../aws-json';

type Action = (view: View, data: Input, callback: (error: unknown, output?: Output) => void) => void;
interface Validation { types: object; custom: unknown }

const load = createRequire(__filename);

/** The operations of dynalite that write, and those that read. */
const WRITES = new Set(['BatchWriteItem', 'CreateTable', 'DeleteItem', 'DeleteTable', 'PutItem', 'UpdateItem']);
const READS = new Set(['BatchGetItem', 'DescribeTable', 'GetItem', 'ListTables', 'Query', 'Scan']);

function convertToCamelCase(operation: string): string {
  return operation[0].toLowerCase() + operation.slice(1);
}

function loadAll<T>(folder: string): Map<string, T> {
  return new Map([...WRITES, ...READS].map(
    operation => [operation, load(`dynalite/${folder}/${convertToCamelCase(operation)}`) as T],
  ));
}

const actions = loadAll<Action>('actions');
const validations = loadAll<Validation>('validations');

export function isKnown(operation: string): boolean {
  return actions.has(operation);
}

/** Checks a request and parses its expressions, as dynalite's listener does before it calls an action. */
export function validate(view: View, operation: string, input: Input): Input {
  const { types, custom } = validations.get(operation)!;
  const data = checkTypes(input, types);
  checkValidations(data, types, custom, view);
  return data;
}

export async function act(view: View, operation: string, data: Input): Promise<Output> {
  return new Promise((resolve, reject) => {
    actions.get(operation)!(view, data, (error, output) => error ? reject(error) : resolve(output!));
  });
}

/** The stored item that a write addresses. */
export function readStoredItem(view: View, table: Table, data: Input): Item | undefined {
  const key = createKey((data.Key ?? data.Item) as Item, table);
  return view.read(`item-${table.TableName}~${key}`) as Item | undefined;
}

/** Returns whether a read by key is eventually consistent. On AWS, index queries are, too, but not here. */
function isStale(operation: string, data: Input): boolean {
  if (operation === 'GetItem') return data.ConsistentRead !== true;
  if (operation !== 'BatchGetItem') return false;
  return Object.values(data.RequestItems as Record<string, Input>).some(
    ({ ConsistentRead }) => ConsistentRead !== true,
  );
}

/** Runs a single operation. */
export async function run(store: Store, operation: string, input: Input): Promise<Output> {
  // checkTypes drops members that dynalite does not know.
  const wantsOld = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
  const data = validate(store.reader, operation, input);
  if (READS.has(operation)) return act(isStale(operation, data) ? store.staleReader : store.reader, operation, data);
  return store.runExclusively(async view => {
    try {
      return await act(view, operation, data);
    } catch (error) {
      if (wantsOld && isDynamoError(error) && readErrorName(error) === 'ConditionalCheckFailedException') {
        const item = readStoredItem(view, store.findTable(data.TableName as string)!, data);
        if (item) error.body.Item = item;
      }
      throw error;
    }
  });
}
