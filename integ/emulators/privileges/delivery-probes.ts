import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSBatchResponse } from 'aws-lambda';
import type { Attempt } from './attempt';
import { ORIGINALS, type ProbeOf, VARIANTS } from './probe';
import { confirmImage, readKey, processImage } from './starts';
import { buildDeliveryPath, buildLeaseId } from '../../../src/contract';
import type { Client } from '../../../test/acceptance/support/client';
import { invoke } from '../functions';
import { changeRow, putRow, readRow } from '../rows';

/** Makes the variant under a lease. Storage reports a missing object only to callers with ListBucket. */
const MAKE = [
  'dynamodb:GetItem', 's3:ListBucket', 'dynamodb:PutItem', `s3:GetObject on ${ORIGINALS}`,
  `s3:PutObject on ${VARIANTS}`, `s3:PutObjectTagging on ${VARIANTS}`,
];

/** Milliseconds in which a function starts and sees that an image is deleted while it waits. */
const HELD_MS = 2000;

export const TRANSFORM_PROBES: readonly ProbeOf[] = [
  {
    name: 'hand out what is stored',
    needs: ['dynamodb:GetItem', `s3:GetObject on ${VARIANTS}`],
    isRepeatable: true,
    prepare: async client => attemptDelivery(await processImage(client), 'thumb.avif', 200),
  },
  {
    name: 'make a variant',
    needs: MAKE,
    prepare: async client => attemptDelivery(await processImage(client), 'thumb.webp', 200),
  },
  {
    name: 'take back what came for a deleted image',
    needs: [...MAKE, `s3:DeleteObject on ${VARIANTS}`, 'sqs:SendMessage on Invalidations'],
    prepare: async client => attemptAfterDelete(client),
  },
];

export const INVALIDATOR_PROBES: readonly ProbeOf[] = [
  {
    name: 'invalidate a deleted image',
    needs: ['cloudfront:CreateInvalidation', 'dynamodb:UpdateItem'],
    prepare: async client => {
      const id = await confirmImage(client);
      await changeRow(id, { status: 'deleting', invalidate: 1 });
      return attemptInvalidation(id);
    },
  },
];

/** Calls the transform function as the CDN calls its URL (payload format 2.0). */
function attemptDelivery(imageId: string, file: string, status: number): Attempt {
  return async () => {
    const rawPath = `${buildDeliveryPath(await readKey(imageId))}/${file}`;
    const { error, payload } = await invoke('Transform', { rawPath, requestContext: { http: { method: 'GET' } } });
    const { statusCode, body = '' } = JSON.parse(payload) as { statusCode?: number; body?: string };
    const text = Buffer.from(body, 'base64').toString('latin1');
    return {
      worked: error === undefined && statusCode === status,
      shown: `${error ?? ''}${statusCode} ${text.slice(0, 500)}`,
    };
  };
}

/**
 * Another function seems to make the variant. Meanwhile the image is deleted, but its bytes remain; then the lease
 * ends.
 */
async function attemptAfterDelete(client: Client): Promise<Attempt> {
  const id = await processImage(client);
  const attempt = attemptDelivery(id, 'thumb.webp', 404);
  return async () => {
    await putRow({ image_id: buildLeaseId(id, 'thumb.webp'), holder: 'a probe', lease_until: Date.now() + HELD_MS });
    const outcome = attempt();
    await sleep(HELD_MS / 2);
    await changeRow(id, { status: 'deleting' });
    return outcome;
  };
}

/** The attempt succeeded if the answer says so and the record no longer waits. */
function attemptInvalidation(imageId: string): Attempt {
  return async () => {
    const body = JSON.stringify({ image_id: imageId, object_key: await readKey(imageId), mark: 1 });
    const { error, payload } = await invoke('Invalidations', { Records: [{ messageId: 'the only one', body }] });
    const isDone = error === undefined && (JSON.parse(payload) as SQSBatchResponse).batchItemFailures.length === 0;
    const { invalidate } = await readRow(imageId);
    return { worked: isDone && invalidate === undefined, shown: payload };
  };
}
