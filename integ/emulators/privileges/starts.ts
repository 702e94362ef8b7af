import type { SQSBatchResponse } from 'aws-lambda';
import { expectStatus, type Client } from '../../../test/acceptance/support/client';
import type { Created } from '../../../test/acceptance/support/model';
import { eventually } from '../../../test/acceptance/support/together';
import { invoke } from '../functions';
import { createTinyPicture } from '../pictures';
import { readArn, drain, type QueueName } from '../queues';
import { readRow } from '../rows';
import type { Attempt } from './attempt';

/**
 * Starting states of the probes. The spec turns upload events off meanwhile, and calls the worker itself where a probe
 * needs it.
 */

/** A real image without confirmation. */
export async function uploadImage(client: Client, fields: { readonly tags?: string[] } = {}): Promise<Created> {
  return client.createUploaded({ ...await createTinyPicture(0), ...fields });
}

/** An image that waits for a worker. */
export async function confirmImage(client: Client, fields?: { readonly tags?: string[] }): Promise<string> {
  const { image_id: id } = await uploadImage(client, fields);
  expectStatus(await client.confirm(id), 200);
  return id;
}

/** A ready image with its variants. */
export async function processImage(client: Client): Promise<string> {
  const id = await confirmImage(client);
  const { worked, shown } = await attemptWork({ object_key: await readKey(id) })();
  if (!worked) throw new Error(`a worker could not make an image ready: ${shown}`);
  // The worker of the queue may have the claim: then this one has done nothing, and the image is ready a moment later.
  await eventually(async () => expect((await readRow(id)).status.S).toBe('ready'));
  return id;
}

export async function readKey(imageId: string): Promise<string> {
  return (await readRow(imageId)).object_key.S!;
}

/** The attempt succeeded if the image is queued for invalidation in the CDN. */
export function attemptInvalidation(imageId: string, act: () => Promise<string>): Attempt {
  return async () => {
    const key = await readKey(imageId);
    await drain('Invalidations');
    const shown = await act();
    const bodies = await drain('Invalidations');
    return {
      worked: bodies.some(body => body.includes(`"${key}"`)),
      shown: `${shown}, and the queue holds ${bodies.join()}`,
    };
  };
}

/** The attempt succeeded if the queue then has the message. */
export function attemptWithMessage(queue: QueueName, message: object, act: Attempt): Attempt {
  return async () => {
    await drain(queue);
    const { worked, shown } = await act();
    const bodies = await drain(queue);
    return {
      worked: worked && bodies.includes(JSON.stringify(message)),
      shown: `${shown}, and the queue holds ${bodies.join()}`,
    };
  };
}

/** Calls the worker's function with one message, as Lambda does. */
export function attemptWork(message: object, { receives = 1, queue = 'Uploads' as QueueName } = {}): Attempt {
  const attributes = { ApproximateReceiveCount: `${receives}` };
  const Records = [
    { messageId: 'the only one', body: JSON.stringify(message), attributes, eventSourceARN: readArn(queue) },
  ];
  return async () => {
    const { error, payload } = await invoke('Worker', { Records });
    const isDone = error === undefined && (JSON.parse(payload) as SQSBatchResponse).batchItemFailures.length === 0;
    return { worked: isDone, shown: payload };
  };
}
