import { listenForJson } from '../../../local/engines/aws-json';
import { QueueError, buildNoSuchQueueError, buildUnsupportedError } from '../../../local/engines/queue/errors';

export type QueueAttributes = Record<string, string>;

/** An emulator of SQS's queue administration. */
export interface QueueEmulator {
  readonly endpoint: string;
  /** Created queues by name. */
  readonly queues: ReadonlyMap<string, QueueAttributes>;
  close(): Promise<void>;
}

interface Input { readonly QueueName: string; readonly QueueUrl: string; readonly Attributes?: QueueAttributes }

/** Queues and their attributes, stored as sent. It has no messages: the engine has those. */
export async function startQueueEmulator(): Promise<QueueEmulator> {
  const queues = new Map<string, QueueAttributes>();
  const buildUrl = (name: string): string => `${listener.endpoint}/123456789012/${name}`;
  const listener = await listenForJson({
    target: 'AmazonSQS.',
    maxRequestBytes: 2 ** 20,
    internalErrorType: 'InternalFailure',
    buildUnreadableError: reason => new QueueError('InvalidRequest', reason),
    toWireError: error => error instanceof QueueError ? error : undefined,
    dispatch: async (operation, input) => {
      const {
        QueueName: name = String(input.QueueUrl)
          .split('/')
          .at(-1)!, Attributes = {},
      } = input as unknown as Input;
      if (operation === 'CreateQueue') {
        queues.set(name, { QueueArn: `arn:aws:sqs:eu-central-1:123456789012:${name}`, ...Attributes });
      }
      const attributes = queues.get(name);
      if (!attributes) throw buildNoSuchQueueError();
      switch (operation) {
        case 'CreateQueue':
        case 'GetQueueUrl': return { QueueUrl: buildUrl(name) };
        case 'GetQueueAttributes': return { Attributes: attributes };
        case 'SetQueueAttributes': {
          Object.assign(attributes, Attributes);
          return {};
        }
      }
      throw buildUnsupportedError(operation);
    },
  });
  return { endpoint: listener.endpoint, queues, close: listener.close };
}
