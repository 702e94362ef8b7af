import type { ChangeStream } from './change-stream';
import { DynamoError } from './errors';
import { listen } from './listener';
import { isKnown, run } from './operations';
import { Store } from './store';
import { describeTimeToLive, updateTimeToLive } from './time-to-live';
import { Transactions } from './transactions';
import type { Input, Output } from '../aws-json';
import type { Credentials } from '../request-signature';

const TOKEN_SWEEP_MS = 60 * 60_000;

/** DynamoDB on this machine: dynalite's parsers and actions on a store with atomic commits. */
export interface TableEngine {
  readonly endpoint: string;
  /** The changes of the table `streamOf`. */
  readonly stream?: ChangeStream;
  /** Cancels the next `count` transactions with `TransactionConflict`. */
  forceConflicts(count: number): void;
  close(): Promise<void>;
}

export interface TableEngineOptions {
  /** Folder of the tables. Default: in memory. */
  readonly path?: string;
  /**
   * How long eventually consistent reads return an item as it was before its last write. Milliseconds. Default: 1
   * second.
   */
  readonly lagMs?: number;
  /** Accepted credentials. If undefined, any signature is accepted. */
  readonly credentials?: Credentials;
  /** The table whose changes are kept until they are removed. Default: none. */
  readonly streamOf?: string;
}

export async function startTableEngine(
  { path, credentials, lagMs = 1000, streamOf }: TableEngineOptions = {},
): Promise<TableEngine> {
  const store = await Store.open({ path, lagMs, streamOf });
  const transactions = new Transactions(store);
  await transactions.forgetTokens();
  const sweep = setInterval(() => void transactions.forgetTokens(), TOKEN_SWEEP_MS).unref();
  const { endpoint, close } = await listen(
    async (operation, input) => dispatch(store, transactions, operation, input), credentials,
  );
  return {
    endpoint,
    stream: store.stream,
    forceConflicts: count => transactions.forceConflicts(count),
    close: async () => {
      clearInterval(sweep);
      await close();
      await store.close();
    },
  };
}

async function dispatch(store: Store, transactions: Transactions, operation: string, input: Input): Promise<Output> {
  switch (operation) {
    case 'TransactWriteItems': return transactions.write(input);
    case 'TransactGetItems': return transactions.read(input);
    case 'UpdateTimeToLive': return updateTimeToLive(store, input);
    case 'DescribeTimeToLive': return describeTimeToLive(store, input);
  }
  if (!isKnown(operation)) {
    throw new DynamoError('com.amazon.coral.service#UnknownOperationException', `unknown operation, got: ${operation}`);
  }
  return run(store, operation, input);
}
