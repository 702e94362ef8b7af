import type { Attempt } from './attempt';
import { ORIGINALS, type ProbeOf, VARIANTS } from './probe';
import { confirmImage, readKey, processImage, attemptWithMessage, uploadImage, attemptWork } from './starts';
import { hashOwner } from '../../../lambda/domain/worker/owner-share';
import { buildSlotId } from '../../../src/contract';
import { expectStatus } from '../../../test/acceptance/support/client';
import { changeRow, putRow, readRow } from '../rows';

const SLOT = 'dynamodb:PutItem on slot#*';
const CLAIM = [SLOT, 'dynamodb:GetItem', 'dynamodb:UpdateItem', `s3:GetObject on ${ORIGINALS}`];

export const WORKER_PROBES: readonly ProbeOf[] = [
  {
    name: 'make variants',
    needs: [...CLAIM, `s3:PutObject on ${VARIANTS}`],
    prepare: async client => attemptProcessing(await confirmImage(client), 'ready'),
  },
  {
    name: 'confirm an upload first',
    needs: [...CLAIM, 'dynamodb:PutItem', `s3:PutObject on ${VARIANTS}`],
    prepare: async client => attemptProcessing((await uploadImage(client, { tags: ['a'] })).image_id, 'ready'),
  },
  {
    name: 'reject what is no image',
    needs: [...CLAIM, 's3:ListBucket', `s3:DeleteObject on ${ORIGINALS}`],
    prepare: async client => {
      const { image_id: id } = await client.createUploaded({ type: 'image/png' });
      expectStatus(await client.confirm(id), 200);
      return attemptProcessing(id, 'rejected');
    },
  },
  {
    name: 'delete what a changed variant was, and tell the CDN',
    needs: [
      ...CLAIM, `s3:PutObject on ${VARIANTS}`, `s3:DeleteObject on ${VARIANTS}`, 'sqs:SendMessage on Invalidations',
    ],
    prepare: async client => {
      const id = await processImage(client);
      await changeRow(id, {
        variants: [{ name: 'thumb', format: 'webp', width: 1, height: 1, size: 1, settings: 'of another release' }],
      });
      return attemptWork({ object_key: await readKey(id), remake: 'changed' });
    },
  },
  {
    name: 'move what is beyond the share of its owner',
    needs: [SLOT, 'sqs:SendMessage on Surplus'],
    prepare: async client => {
      const object_key = await readKey(await confirmImage(client));
      await takeAllSlots(object_key);
      return attemptWithMessage('Surplus', { object_key }, attemptWork({ object_key }));
    },
  },
  {
    name: 'give up a message of the surplus queue',
    needs: ['sqs:SendMessage on DeadLetters'],
    prepare: async () => attemptWithMessage(
      'DeadLetters', { object_key: 'none' }, attemptWork({ object_key: 'none' }, { queue: 'Surplus', receives: 6 }),
    ),
  },
];

/** More than the template's limit per owner. */
const MOST_SLOTS = 10;

async function takeAllSlots(objectKey: string): Promise<void> {
  const lease_until = Date.now() + 3_600_000;
  const slots = Array.from({ length: MOST_SLOTS }, (_, number) => ({
    image_id: buildSlotId(hashOwner(objectKey)!, number),
    holder: 'a probe',
    lease_until,
    expires_at: lease_until / 1000,
  }));
  await Promise.all(slots.map(async slot => putRow(slot)));
}

/** The worker succeeded if its answer and the record say so. */
function attemptProcessing(imageId: string, status: string): Attempt {
  return async () => {
    const { worked, shown } = await attemptWork({ object_key: await readKey(imageId) })();
    const row = await readRow(imageId);
    return { worked: worked && row.status?.S === status, shown: `${shown}, and the row is ${row.status?.S}` };
  };
}
