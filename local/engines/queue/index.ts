import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  buildInvalidValueError,
  buildMissingParameterError,
  buildNoSuchQueueError,
  buildNotInFlightError,
  QueueError,
  buildUnsupportedError,
} from './errors';
import {
  type ChangeVisibilityInput,
  parseChangeVisibilityInput,
  parseDeleteInput,
  parseQueueUrl,
  parseReceiveInput,
  parseSendInput,
  type ReceiveInput,
  type SendInput,
} from './inputs';
import type { Message } from './line';
import { type FifoIds, Messages } from './messages';
import { LOCAL } from '../../names';
import { listenForJson, type Input, type Output, type Unreadable } from '../aws-json';
import type { Credentials } from '../request-signature';

/** An account ID that AWS does not assign. */
const ACCOUNT = '000000000000';
/** SQS accepts a body of 1 MiB, and JSON may escape each character with six. */
const MAX_REQUEST_BYTES = 8 * 2 ** 20;
/**
 * Polling interval for hidden messages that become visible: no event marks that moment, and a test may shift the clock.
 */
const LOOK_MS = 200;

export interface QueueEngineOptions {
  /** Folder that keeps the messages. */
  readonly path: string;
  readonly region: string;
  readonly queue: string;
  readonly deadLetterQueue: string;
  /** A second queue. The name of its dead-letter queue has the same suffix. */
  readonly invalidationQueue?: string;
  /** Visibility timeout. Milliseconds. */
  readonly visibilityMs: number;
  /** After so many receives, a message moves to the dead-letter queue. */
  readonly maxReceives: number;
  /** Accepted credentials. If undefined, any signature is accepted. */
  readonly credentials?: Credentials;
}

/** SQS on this machine. Each standard queue has a dead-letter queue. */
export interface QueueEngine {
  readonly endpoint: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly invalidationQueueUrl?: string;
  /** A FIFO queue without a dead-letter queue. */
  readonly surplusQueueUrl: string;
  /** Resolves when the message is stored. */
  send(body: string): Promise<void>;
  close(): Promise<void>;
}

export async function startQueueEngine(options: QueueEngineOptions): Promise<QueueEngine> {
  const messages = await Messages.open(options.path, listQueueNames(options));
  const engine = new Engine(messages, options);
  const { endpoint, close } = await listenForJson({
    target: 'AmazonSQS.',
    maxRequestBytes: MAX_REQUEST_BYTES,
    credentials: options.credentials,
    dispatch: async (operation, input, signal) => engine.dispatch(operation, input, signal),
    buildUnreadableError,
    toWireError: error => error instanceof QueueError ? error : undefined,
    internalErrorType: 'com.amazonaws.sqs#InternalFailure',
  });
  const buildUrl = (queue: string): string => `${endpoint}/${ACCOUNT}/${queue}`;
  return {
    endpoint,
    queueUrl: buildUrl(options.queue),
    deadLetterQueueUrl: buildUrl(options.deadLetterQueue),
    ...options.invalidationQueue !== undefined && { invalidationQueueUrl: buildUrl(options.invalidationQueue) },
    surplusQueueUrl: buildUrl(options.queue + LOCAL.SURPLUS),
    send: async body => void await engine.send(options.queue, body),
    close: async () => {
      await close();
      await messages.close();
    },
  };
}

/** Maps each queue to its dead-letter queue. */
function mapDeadLetterQueues({ queue, deadLetterQueue, invalidationQueue }: QueueEngineOptions): Map<string, string> {
  const ending = deadLetterQueue.replace(queue, '');
  return new Map([
    [queue, deadLetterQueue],
    ...invalidationQueue === undefined ? [] : [[invalidationQueue, `${invalidationQueue}${ending}`] as const],
  ]);
}

function listQueueNames(options: QueueEngineOptions): string[] {
  return [...[...mapDeadLetterQueues(options)].flat(), options.queue + LOCAL.SURPLUS];
}

/**
 * A FIFO queue needs both IDs: content-based deduplication is off. A standard queue accepts a group ID only (API
 * reference, SendMessage).
 */
function readFifoIds(
  queue: string, { MessageGroupId: group, MessageDeduplicationId: duplicateId }: SendInput,
): FifoIds | undefined {
  if (!queue.endsWith('.fifo')) {
    if (duplicateId !== undefined) {
      throw buildInvalidValueError(
        'MessageDeduplicationId', 'The request includes a parameter that is not valid for this queue type', duplicateId,
      );
    }
    return undefined;
  }
  if (group === undefined) throw buildMissingParameterError('MessageGroupId');
  if (duplicateId === undefined) {
    throw buildInvalidValueError('MessageDeduplicationId', 'the queue has no content-based deduplication', duplicateId);
  }
  return { group, duplicateId };
}

function buildUnreadableError(reason: Unreadable): Error {
  if (reason === 'unsigned') {
    return new QueueError('MissingAuthenticationToken', 'Request is missing Authentication Token');
  }
  if (reason === 'signed by another key') {
    return new QueueError('InvalidClientTokenId', 'The security token included in the request is invalid.');
  }
  return new QueueError(
    'InvalidRequest', reason === 'too large' ? 'Request is too large' : 'The request body is not a JSON object',
  );
}

/** The operations that the service uses (API reference of SQS). */
class Engine {
  private readonly waiting = new Set<() => void>();
  private readonly deadLetterQueues: ReadonlyMap<string, string>;

  constructor(private readonly messages: Messages, private readonly options: QueueEngineOptions) {
    this.deadLetterQueues = mapDeadLetterQueues(options);
  }

  async dispatch(operation: string, input: Input, signal: AbortSignal): Promise<Output> {
    const queue = this.readQueueName(parseQueueUrl(input));
    switch (operation) {
      case 'SendMessage': return this.send(
        queue, parseSendInput(input).MessageBody, readFifoIds(queue, parseSendInput(input)),
      );
      case 'ReceiveMessage': return this.receive(queue, parseReceiveInput(input), signal);
      case 'DeleteMessage': {
        await this.messages.delete(queue, parseDeleteInput(input).ReceiptHandle);
        // The next message of its group is now visible.
        for (const wake of this.waiting) wake();
        return {};
      }
      case 'ChangeMessageVisibility': return this.changeVisibility(queue, parseChangeVisibilityInput(input));
      case 'GetQueueAttributes': return { Attributes: this.readAttributes(queue) };
    }
    throw buildUnsupportedError(operation);
  }

  async send(queue: string, body: string, group?: FifoIds): Promise<Output> {
    const { id } = await this.messages.send(queue, body, group);
    for (const wake of this.waiting) wake();
    return { MessageId: id, MD5OfMessageBody: computeMd5(body) };
  }

  private async changeVisibility(
    queue: string, { ReceiptHandle, VisibilityTimeout }: ChangeVisibilityInput,
  ): Promise<Output> {
    if (!await this.messages.hide(queue, ReceiptHandle, VisibilityTimeout * 1000)) throw buildNotInFlightError();
    for (const wake of this.waiting) wake();
    return {};
  }

  private async receive(queue: string, input: ReceiveInput, signal: AbortSignal): Promise<Output> {
    const { MaxNumberOfMessages: most, WaitTimeSeconds: wait = 0, VisibilityTimeout } = input;
    const hiddenMs = VisibilityTimeout === undefined ? this.options.visibilityMs : VisibilityTimeout * 1000;
    const end = performance.now() + wait * 1000;
    for (;;) {
      await this.moveSpent(queue);
      // A disconnected client must not receive messages.
      const taken = signal.aborted ? [] : await this.messages.receive(queue, most, hiddenMs);
      const left = end - performance.now();
      if (taken.length > 0 || left <= 0 || signal.aborted) {
        return taken.length > 0 ? { Messages: taken.map(buildReceivedMessage) } : {};
      }
      await this.waitForMessage(this.messages.countMessages(queue).hidden > 0 ? Math.min(left, LOOK_MS) : left, signal);
    }
  }

  private async moveSpent(queue: string): Promise<void> {
    const deadLetterQueue = this.deadLetterQueues.get(queue);
    if (deadLetterQueue !== undefined) await this.messages.moveSpent(queue, deadLetterQueue, this.options.maxReceives);
  }

  /** Waits for the next message, the time-out or the end of the request. */
  private async waitForMessage(longestMs: number, request: AbortSignal): Promise<void> {
    const over = new AbortController();
    const wake = (): void => over.abort();
    this.waiting.add(wake);
    await sleep(longestMs, undefined, { signal: AbortSignal.any([over.signal, request]) }).catch(() => undefined);
    this.waiting.delete(wake);
  }

  private readAttributes(queue: string): Record<string, string> {
    const { region, maxReceives, visibilityMs } = this.options;
    const deadLetterQueue = this.deadLetterQueues.get(queue);
    const { visible, hidden } = this.messages.countMessages(queue);
    const buildArn = (name: string): string => `arn:aws:sqs:${region}:${ACCOUNT}:${name}`;
    return {
      QueueArn: buildArn(queue),
      ...queue.endsWith('.fifo') && { FifoQueue: 'true' },
      ApproximateNumberOfMessages: `${visible}`,
      ApproximateNumberOfMessagesNotVisible: `${hidden}`,
      ApproximateNumberOfMessagesDelayed: '0',
      VisibilityTimeout: `${Math.ceil(visibilityMs / 1000)}`,
      ...(deadLetterQueue !== undefined && {
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: buildArn(deadLetterQueue), maxReceiveCount: maxReceives }),
      }),
    };
  }

  /** Current SDKs send requests to the endpoint and ignore the host of the queue URL, so only the name matters. */
  private readQueueName(url: string): string {
    const name = url.slice(url.lastIndexOf('/') + 1);
    if (!listQueueNames(this.options).includes(name)) throw buildNoSuchQueueError();
    return name;
  }
}

/** Includes all attributes, requested or not: there are few. */
function buildReceivedMessage(
  { id, body, receipt, receives, sentAt, firstReceivedAt, group, duplicateId }: Message,
): Output {
  return {
    MessageId: id,
    ReceiptHandle: receipt,
    Body: body,
    MD5OfBody: computeMd5(body),
    Attributes: {
      SenderId: ACCOUNT,
      SentTimestamp: `${sentAt}`,
      ApproximateReceiveCount: `${receives}`,
      ApproximateFirstReceiveTimestamp: `${firstReceivedAt}`,
      ...group !== undefined && { MessageGroupId: group, MessageDeduplicationId: duplicateId },
    },
  };
}

/** SDKs check this hash. */
function computeMd5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
