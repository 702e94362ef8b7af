import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { buildLambdaContext } from './context';
import { STREAM } from '../../src/contract';

export type StreamHandler = (event: DynamoDBStreamEvent, context: Context) => Promise<DynamoDBBatchResponse>;

/** A change of an item. Images are in DynamoDB's JSON. */
export interface StreamedChange {
  readonly sequenceNumber: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly before?: object;
  readonly after?: object;
}

/** The changes of a table, kept until they are removed. */
export interface RecordSource<Change extends StreamedChange = StreamedChange> {
  read(limit: number): Promise<Change[]>;
  remove(changes: readonly Change[]): Promise<void>;
  onChange(wake: () => void): void;
}

export interface StreamSourceOptions {
  readonly records: RecordSource;
  readonly handler: StreamHandler;
  readonly region: string;
  /** Reports a record that failed `MOST_TRIES` times and is dropped. */
  readonly reportDropped: (record: DynamoDBRecord) => void;
  /** Milliseconds before the second try; doubled for each further one. Default: 500. */
  readonly firstPauseMs?: number;
}

/** About a minute with the default pause. On AWS a record is tried for 12 hours, and another record need not wait. */
export const MOST_TRIES = 8;
const LONGEST_PAUSE_MS = 30_000;
/** One PutEvents call, so that a stop waits for one call at most. */
const BATCH = 10;

/**
 * Polls the stream of the table as Lambda does: passes batches to the function, repeats from the record that the
 * function reports as failed, and drops that record after its last try. It does not filter: the function must be right
 * without the filter, too.
 */
export class StreamSource {
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;
  private wake?: () => void;
  private isAwake = true;
  private failing?: { readonly sequenceNumber: string; readonly tries: number };

  constructor(private readonly options: StreamSourceOptions) {
    options.records.onChange(() => {
      this.isAwake = true;
      this.wake?.();
    });
    this.running = this.poll();
  }

  /** Ends after the call in progress. Records that are left are read at the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake?.();
    await this.running;
  }

  private async poll(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const wait = await this.processBatch().catch((error: unknown) => {
        console.error(error);
        return LONGEST_PAUSE_MS;
      });
      if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Returns how long to wait before the next batch. */
  private async processBatch(): Promise<number> {
    this.isAwake = false;
    const changes = await this.options.records.read(BATCH);
    if (changes.length === 0) return this.waitForChange();
    const records = changes.map(change => buildRecord(change, this.options.region));
    const failed = await this.callHandler(records);
    await this.options.records.remove(failed === -1 ? changes : changes.slice(0, failed));
    if (failed === -1) return 0;
    return this.postpone(changes[failed], records[failed]);
  }

  /** The position of the first failed record, or -1. A function that throws fails the whole batch. */
  private async callHandler(records: DynamoDBRecord[]): Promise<number> {
    try {
      const { batchItemFailures } = await this.options.handler(
        { Records: records }, buildLambdaContext(STREAM.TIMEOUT * 1000),
      );
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      return records.findIndex(({ dynamodb }) => failed.has(dynamodb!.SequenceNumber!));
    } catch (error) {
      console.error(error);
      return 0;
    }
  }

  private async postpone(change: StreamedChange, record: DynamoDBRecord): Promise<number> {
    const { sequenceNumber } = change;
    const tries = this.failing?.sequenceNumber === sequenceNumber ? this.failing.tries + 1 : 1;
    if (tries < MOST_TRIES) {
      this.failing = { sequenceNumber, tries };
      return Math.min((this.options.firstPauseMs ?? 500) * 2 ** (tries - 1), LONGEST_PAUSE_MS);
    }
    this.failing = undefined;
    this.options.reportDropped(record);
    await this.options.records.remove([change]);
    return 0;
  }

  private async waitForChange(): Promise<number> {
    await new Promise<void>(resolve => {
      this.wake = resolve;
      if (this.isAwake || this.stopping.signal.aborted) resolve();
    });
    return 0;
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
function buildRecord({ sequenceNumber, at, before, after }: StreamedChange, awsRegion: string): DynamoDBRecord {
  return {
    eventID: sequenceNumber,
    eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion,
    dynamodb: {
      ApproximateCreationDateTime: at / 1000,
      OldImage: before,
      NewImage: after,
      SequenceNumber: sequenceNumber,
      StreamViewType: STREAM.VIEW_TYPE,
    } as DynamoDBRecord['dynamodb'],
  };
}
