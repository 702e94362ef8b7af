import { createHash } from 'node:crypto';
import { capacityUnits, checkConditional, createKey, validateKey, type Item, type Table } from 'dynalite/db';
import { DynamoError, readErrorName, isDynamoError, buildTableNotFoundError, buildValidationError } from './errors';
import { act, readStoredItem, validate } from './operations';
import { readLots, buildRange } from './rows';
import type { Store, View } from './store';
import type { Input, Output } from '../aws-json';

/** AWS API reference, TransactWriteItems and TransactGetItems. */
const MAX_ACTIONS = 100;
const TOKEN_LIFETIME_MS = 10 * 60_000;
const TOKENS = 'token~';

const OPERATIONS: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'DeleteItem',
};

/** Cancellation reasons by the error of an action. */
const REASONS: Record<string, string> = {
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  ValidationException: 'ValidationError',
};

interface Reason { Code: string; Message?: string; Item?: Item }
interface Action { kind: string; data: Input; table: Table; wantsOld: boolean }

export class Transactions {
  private conflicts = 0;

  constructor(private readonly store: Store) {}

  /** Cancels the next transactions, as DynamoDB does if two of them write one item. */
  forceConflicts(count: number): void {
    this.conflicts += count;
  }

  async write(input: Input): Promise<Output> {
    const request = createHash('sha256').update(JSON.stringify(input.TransactItems ?? null)).digest('base64');
    const token = input.ClientRequestToken as string | undefined;
    const actions = this.parseActions(input.TransactItems);
    return this.store.runExclusively(async view => {
      if (token !== undefined && this.isRepeat(view, token, request)) {
        return this.reportCapacity(view, input, actions, true);
      }
      this.throwForcedConflict(actions.length);
      const reasons: Reason[] = [];
      for (const action of actions) reasons.push(await attempt(view, action));
      if (reasons.some(reason => reason.Code !== 'None')) throw buildCanceledError(reasons);
      if (token !== undefined) view.write(TOKENS + token, { request, at: Date.now() });
      return this.reportCapacity(view, input, actions, false);
    });
  }

  /** Reads all items from one state: no unit of work runs in between. */
  async read(input: Input): Promise<Output> {
    const gets = list(input.TransactItems).map(
      item => validate(this.store.reader, 'GetItem', pickOnlyAction(item, ['Get']).data),
    );
    return this.store.runExclusively(async view => {
      const found = await Promise.all(gets.map(async get => act(view, 'GetItem', { ...get, ConsistentRead: true })));
      return { Responses: found.map(({ Item: item }) => item ? { Item: item } : {}) };
    });
  }

  /** Removes expired tokens. Tokens are stored with their transaction, so they survive a crash. */
  async forgetTokens(): Promise<void> {
    for await (const keys of readLots(this.store.db.keys(buildRange(TOKENS)))) {
      const stale = keys.filter(key => !isFresh(this.store.db.getSync(key) as StoredToken | undefined));
      await this.store.db.batch(stale.map(key => ({ type: 'del', key })));
    }
  }

  private parseActions(items: unknown): Action[] {
    const actions = list(items).map(item => this.parseAction(item));
    const keys = actions.map(({ data, table }) => `${table.TableName}/${createKey(readKey(data, table), table)}`);
    if (new Set(keys).size < keys.length) {
      throw buildValidationError('Transaction request cannot include multiple operations on one item');
    }
    return actions;
  }

  private parseAction(item: Input): Action {
    const { kind, data: raw } = pickOnlyAction(item, Object.keys(OPERATIONS));
    const wantsOld = raw.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
    const data = validate(this.store.reader, OPERATIONS[kind], raw);
    const table = this.store.findTable(data.TableName as string);
    if (!table) throw buildTableNotFoundError(data.TableName as string, false);
    const invalid = validateKey(readKey(data, table), table);
    if (invalid) throw invalid;
    return { kind, data, table, wantsOld };
  }

  private isRepeat(view: View, token: string, request: string): boolean {
    const stored = view.read(TOKENS + token) as StoredToken | undefined;
    if (!isFresh(stored)) return false;
    if (stored!.request !== request) {
      throw new DynamoError(
        'IdempotentParameterMismatchException',
        'The request uses the same client token as a previous, but non-identical request.',
      );
    }
    return true;
  }

  private throwForcedConflict(length: number): void {
    if (this.conflicts === 0) return;
    this.conflicts--;
    const conflict = { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' };
    throw buildCanceledError([conflict, ...Array.from({ length: length - 1 }, () => ({ Code: 'None' }))]);
  }

  /** Each action of a transaction costs two operations: one prepares it, one commits it. */
  private reportCapacity(
    view: View, { ReturnConsumedCapacity: wanted }: Input, actions: Action[], isRead: boolean,
  ): Output {
    if (wanted !== 'TOTAL' && wanted !== 'INDEXES') return {};
    const units = new Map<string, number>();
    for (const { data, table } of actions) {
      const cost = 2 * capacityUnits(readStoredItem(view, table, data), isRead, true);
      units.set(table.TableName, (units.get(table.TableName) ?? 0) + cost);
    }
    return { ConsumedCapacity: [...units].map(([TableName, CapacityUnits]) => ({ TableName, CapacityUnits })) };
  }
}

function readKey({ Key: key, Item: item }: Input, table: Table): Item {
  if (key) return key as Item;
  return Object.fromEntries(table.KeySchema.map(({ AttributeName: name }) => [name, (item as Item)[name]]));
}

interface StoredToken { request: string; at: number }

function isFresh(token: StoredToken | undefined): boolean {
  return token !== undefined && Date.now() - token.at < TOKEN_LIFETIME_MS;
}

async function attempt(view: View, { kind, data, table, wantsOld }: Action): Promise<Reason> {
  const before = readStoredItem(view, table, data);
  try {
    if (kind === 'ConditionCheck') {
      const failed = checkConditional(data, before);
      if (failed) throw failed;
    } else {
      await act(view, OPERATIONS[kind], data);
    }
    return { Code: 'None' };
  } catch (error) {
    if (!isDynamoError(error)) throw error;
    const name = readErrorName(error);
    const shown = wantsOld && before && name === 'ConditionalCheckFailedException' ? { Item: before } : {};
    return { Code: REASONS[name] ?? name, Message: error.message, ...shown };
  }
}

function buildCanceledError(reasons: Reason[]): DynamoError {
  const codes = reasons.map(reason => reason.Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new DynamoError('TransactionCanceledException', message, { Message: message, CancellationReasons: reasons });
}

function list(items: unknown): Input[] {
  const length = Array.isArray(items) ? items.length : 0;
  if (length >= 1 && length <= MAX_ACTIONS) return items as Input[];
  const rule = length > MAX_ACTIONS
    ? `Member must have length less than or equal to ${MAX_ACTIONS}`
    : 'Member must have length greater than or equal to 1';
  throw buildValidationError(
    `1 validation error detected: Value '${JSON.stringify(items)}' at 'transactItems' failed to satisfy constraint: ${rule}`,
  );
}

/** `{ Put: {…} }` → `Put` and its request. */
function pickOnlyAction(item: Input, kinds: string[]): { kind: string; data: Input } {
  const given = Object.entries(item ?? {}).filter(([, data]) => data !== null && data !== undefined);
  if (given.length !== 1 || !kinds.includes(given[0][0])) {
    throw buildValidationError(`TransactItems can only contain one of ${kinds.join(', ')}`);
  }
  return { kind: given[0][0], data: given[0][1] as Input };
}
