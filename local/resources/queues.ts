import {
  CreateQueueCommand, GetQueueAttributesCommand, GetQueueUrlCommand, QueueDoesNotExist, SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import {
  buildDeadLetterQueueAttributes, buildPlainHttpDenial, buildQueueAttributes, buildQueueStatements,
  buildSurplusQueueAttributes, QUEUE,
  type QueueStatement,
} from '../../src/contract';
import { LOCAL } from '../names';
import type { Queues } from '../place';

export interface EnsuredQueues {
  readonly isNew: boolean;
  readonly queueArn: string;
  readonly queues: Omit<Queues, 'endpoint'>;
}

/**
 * Creates the missing queues (uploads, surplus, dead letters) as the construct does. Existing queues stay unchanged.
 */
export async function ensureQueues(client: SQSClient, name: string): Promise<EnsuredQueues> {
  const deadLetters = await ensureQueue(
    client, name + LOCAL.DEAD_LETTERS, buildDeadLetterQueueAttributes(), arn => [buildPlainHttpDenial(arn)],
  );
  const uploads = await ensureQueue(client, name, buildQueueAttributes(deadLetters.arn, QUEUE.WORKER_TIMEOUT), arn => {
    const [, partition, , , account] = arn.split(':');
    return buildQueueStatements(arn, account, partition);
  });
  const surplusAttributes = buildSurplusQueueAttributes(QUEUE.WORKER_TIMEOUT);
  const surplus = await ensureQueue(
    client, name + LOCAL.SURPLUS, surplusAttributes, arn => [buildPlainHttpDenial(arn)],
  );
  const queues = { queueUrl: uploads.url, surplusQueueUrl: surplus.url, deadLetterQueueUrl: deadLetters.url };
  return { isNew: uploads.isNew, queueArn: uploads.arn, queues };
}

interface EnsuredQueue {
  readonly url: string;
  readonly arn: string;
  readonly isNew: boolean;
}

async function ensureQueue(
  client: SQSClient,
  name: string,
  Attributes: Record<string, string>,
  buildStatements: (arn: string) => QueueStatement[],
) {
  const found = await findUrl(client, name);
  const url = found ?? (await client.send(new CreateQueueCommand({ QueueName: name, Attributes }))).QueueUrl!;
  const { Attributes: attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn', 'Policy'] }),
  );
  const { QueueArn: arn, Policy: present } = attributes as { QueueArn: string; Policy?: string };
  if (!present) {
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: buildStatements(arn) });
    await client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } }));
  }
  return { url, arn, isNew: found === undefined } satisfies EnsuredQueue;
}

async function findUrl(client: SQSClient, QueueName: string): Promise<string | undefined> {
  try {
    return (await client.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
}
