import type { DynamoDBStreamEvent } from 'aws-lambda';
import {
  MOST_TRIES, type RecordSource, type StreamedChange, type StreamHandler, StreamSource,
} from '../../../local/functions/stream-source';

/** Changes in memory, as the table keeps them. */
class Changes implements RecordSource {
  readonly dropped: string[] = [];
  private changes: StreamedChange[] = [];
  private wake: () => void = () => undefined;

  get left(): string[] {
    return this.changes.map(({ sequenceNumber }) => sequenceNumber);
  }

  add(...numbers: number[]): void {
    this.changes.push(...numbers.map(n => ({ sequenceNumber: String(n), at: 0, after: { image_id: { S: `i${n}` } } })));
    this.wake();
  }

  onChange(wake: () => void): void { this.wake = wake; }

  async read(limit: number): Promise<StreamedChange[]> { return this.changes.slice(0, limit); }

  async remove(done: readonly StreamedChange[]): Promise<void> {
    this.changes = this.changes.filter(change => !done.includes(change));
  }
}

let source: StreamSource;
afterEach(async () => source.stop());

function start(changes: Changes, handle: (numbers: string[]) => string[]): string[][] {
  const calls: string[][] = [];
  const handler: StreamHandler = async ({ Records }: DynamoDBStreamEvent) => {
    const numbers = Records.map(({ dynamodb }) => dynamodb!.SequenceNumber!);
    calls.push(numbers);
    return { batchItemFailures: handle(numbers).map(itemIdentifier => ({ itemIdentifier })) };
  };
  const reportDropped = ({ eventID }: { eventID?: string }) => changes.dropped.push(eventID!);
  source = new StreamSource({ records: changes, handler, region: 'us-east-1', reportDropped, firstPauseMs: 1 });
  return calls;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => { setTimeout(resolve, 1); });
}

test('records are passed on in their order, and removed once the function is done with them', async () => {
  const changes = new Changes();
  const calls = start(changes, () => []);
  changes.add(1, 2);
  await until(() => changes.left.length === 0);
  changes.add(3);
  await until(() => changes.left.length === 0);
  expect(calls.flat()).toEqual(['1', '2', '3']);
});

test('the stream is repeated from the first record that failed', async () => {
  const changes = new Changes();
  changes.add(1, 2, 3, 4);
  let fails = true;
  const calls = start(changes, () => {
    const failures = fails ? ['4', '3'] : [];
    fails = false;
    return failures;
  });
  await until(() => changes.left.length === 0);
  expect(calls).toEqual([['1', '2', '3', '4'], ['3', '4']]);
});

test('a function that throws fails the whole batch', async () => {
  const silenced = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const changes = new Changes();
  changes.add(1, 2);
  let fails = true;
  const calls = start(changes, () => {
    if (fails) {
      fails = false;
      throw new Error('planted');
    }
    return [];
  });
  await until(() => changes.left.length === 0);
  expect(calls).toEqual([['1', '2'], ['1', '2']]);
  expect(silenced).toHaveBeenCalledTimes(1);
  silenced.mockRestore();
});

test(`a record that always fails is dropped after ${MOST_TRIES} tries, and those behind it go on`, async () => {
  const changes = new Changes();
  changes.add(1, 2);
  const calls = start(changes, numbers => numbers.filter(number => number === '1'));
  await until(() => changes.left.length === 0);
  expect(calls.filter(numbers => numbers.includes('1'))).toHaveLength(MOST_TRIES);
  expect(changes.dropped).toEqual(['1']);
  expect(calls.at(-1)).toEqual(['2']);
});
