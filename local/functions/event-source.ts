import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { buildLambdaContext } from './context';
import { QUEUE } from '../../src/contract';
import type { Place, Queues } from '../place';

export type Worker = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse | undefined>;

export interface EventSourceOptions {
  readonly place: Place & { readonly queues: Queues };
  /** One worker per concurrent batch: a Lambda environment handles one batch at a time, with its own decoder. */
  readonly workers: readonly Worker[];
  /** Default: the queue of uploads. */
  readonly queueUrl?: string;
  /** At most 10, the limit of one receive call. */
  readonly batchSize?: number;
}

/** Time-out of the worker. It is not enforced here. */
const BATCH_MS = QUEUE.WORKER_TIMEOUT * 1000;
const PAUSE_MS = 1000;
/** How long the server waits for images in progress when it stops. */
const GRACE_MS = 5000;

/**
 * Polls a queue as Lambda does: receives batches, and deletes each message that the function did not report as failed.
 */
export class EventSourceMapping {
  private readonly client: SQSClient;
  private readonly stopping = new AbortController();
  private readonly pollers: Promise<void>[];
  private readonly queueUrl: string;

  constructor(private readonly options: EventSourceOptions) {
    this.queueUrl = options.queueUrl ?? options.place.queues.queueUrl;
    const { queues, region, credentials } = options.place;
    // The host in an emulator's queue URL may be unreachable from here.
    this.client = new SQSClient({ endpoint: queues.endpoint, region, credentials, useQueueUrlAsEndpoint: false });
    this.pollers = options.workers.map(async worker => this.poll(worker));
  }

  /**
   * Stops polling and waits for images in progress. After the grace period, their messages return at the next start.
   */
  async stop(): Promise<void> {
    this.stopping.abort();
    const late = new AbortController();
    await Promise.race([
      Promise.all(this.pollers), sleep(GRACE_MS, undefined, { signal: late.signal, ref: false }).catch(() => undefined),
    ]);
    late.abort();
    this.client.destroy();
  }

  private async poll(worker: Worker): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        const messages = await this.receive();
        if (messages.length > 0) await this.processBatch(messages, worker);
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        console.error(error);
        await sleep(PAUSE_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }

  private async receive(): Promise<Message[]> {
    const { Messages: messages = [] } = await this.client.send(new ReceiveMessageCommand({
      QueueUrl: this.queueUrl,
      MaxNumberOfMessages: this.options.batchSize ?? QUEUE.BATCH_SIZE,
      WaitTimeSeconds: QUEUE.RECEIVE_WAIT,
      MessageSystemAttributeNames: ['All'],
    }), { abortSignal: this.stopping.signal });
    return messages;
  }

  private async processBatch(messages: readonly Message[], worker: Worker): Promise<void> {
    const { place } = this.options;
    const context = buildLambdaContext(BATCH_MS);
    const getRemainingTime = (): number => this.stopping.signal.aborted ? 0 : context.getRemainingTimeInMillis();
    const event = { Records: messages.map(message => buildRecord(message, place.region, this.queueUrl)) };
    const failed = readFailures(
      await worker(event, { ...context, getRemainingTimeInMillis: getRemainingTime }), messages,
    );
    const QueueUrl = this.queueUrl;
    const done = messages.filter(({ MessageId: id }) => !failed.has(id!));
    await Promise.all(
      done.map(async ({ ReceiptHandle }) => this.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))),
    );
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
function buildRecord(message: Message, awsRegion: string, queueUrl: string): SQSRecord {
  const [account, name] = queueUrl.split('/').slice(-2);
  return {
    messageId: message.MessageId!,
    receiptHandle: message.ReceiptHandle!,
    body: message.Body!,
    attributes: message.Attributes as unknown as SQSRecord['attributes'],
    messageAttributes: {},
    md5OfBody: message.MD5OfBody!,
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:${awsRegion}:${account}:${name}`,
    awsRegion,
  };
}

/**
 * An empty list is success. An unknown identifier fails the whole batch (AWS Lambda, "Handling errors for an SQS event
 * source").
 */
function readFailures(answer: SQSBatchResponse | undefined, messages: readonly Message[]): Set<string> {
  const ids = new Set(messages.map(({ MessageId: id }) => id!));
  const failed = (answer?.batchItemFailures ?? []).map(({ itemIdentifier: id }) => id);
  return failed.every(id => ids.has(id)) ? new Set(failed) : ids;
}
