import type { Attempt } from './attempt';
import { ORIGINALS, type ProbeOf, VARIANTS } from './probe';
import { confirmed, keyOf, processed, sending, uploaded, working } from './starts';
import { hashOwner } from '../../../lambda/domain/worker/owner-share';
import { buildSlotId } from '../../../src/contract';
import { expectStatus } from '../../../test/acceptance/support/client';
import { changeRow, putRow, rowOf } from '../rows';

const SLOT = 'dynamodb:PutItem on slot#*';
const CLAIM = [SLOT, 'dynamodb:GetItem', 'dynamodb:UpdateItem', `s3:GetObject on ${ORIGINALS}`];

export const WORKER_PROBES: readonly ProbeOf[] = [
  {
    name: 'make variants',
    needs: [...CLAIM, `s3:PutObject on ${VARIANTS}`],
    prepare: async client => workingOff(await confirmed(client), 'ready'),
  },
  {
    name: 'confirm an upload first',
    needs: [...CLAIM, 'dynamodb:PutItem', `s3:PutObject on ${VARIANTS}`],
    prepare: async client => workingOff((await uploaded(client, { tags: ['a'] })).image_id, 'ready'),
  },
  {
    name: 'reject what is no image',
    needs: [...CLAIM, 's3:ListBucket', `s3:DeleteObject on ${ORIGINALS}`],
    prepare: async client => {
      const { image_id: id } = await client.uploaded({ type: 'image/png' });
      expectStatus(await client.confirm(id), 200);
      return workingOff(id, 'rejected');
    },
  },
  {
    name: 'delete what a changed variant was, and tell the CDN',
    needs: [...CLAIM, `s3:PutObject on ${VARIANTS}`, `s3:DeleteObject on ${VARIANTS}`, 'sqs:SendMessage on Invalidations'],
    prepare: async client => {
      const id = await processed(client);
      await changeRow(id, { variants: [{ name: 'thumb', format: 'webp', width: 1, height: 1, size: 1, settings: 'of another release' }] });
      return working({ object_key: await keyOf(id), remake: 'changed' });
    },
  },
  {
    name: 'move what is beyond the share of its owner',
    needs: [SLOT, 'sqs:SendMessage on Surplus'],
    prepare: async client => {
      const object_key = await keyOf(await confirmed(client));
      await takeAllSlots(object_key);
      return sending('Surplus', { object_key }, working({ object_key }));
    },
  },
  {
    name: 'give up a message of the surplus queue',
    needs: ['sqs:SendMessage on DeadLetters'],
    prepare: async () => sending('DeadLetters', { object_key: 'none' }, working({ object_key: 'none' }, { queue: 'Surplus', receives: 6 })),
  },
];

/** More than the template gives an owner. */
const MOST_SLOTS = 10;

async function takeAllSlots(objectKey: string): Promise<void> {
  const lease_until = Date.now() + 3_600_000;
  const slots = Array.from({ length: MOST_SLOTS }, (_, number) => ({ image_id: buildSlotId(hashOwner(objectKey)!, number), holder: 'a probe', lease_until, expires_at: lease_until / 1000 }));
  await Promise.all(slots.map(async slot => putRow(slot)));
}

/** The worker has done it if it says so and the row, too. */
function workingOff(imageId: string, status: string): Attempt {
  return async () => {
    const { worked, shown } = await working({ object_key: await keyOf(imageId) })();
    const row = await rowOf(imageId);
    return { worked: worked && row.status?.S === status, shown: `${shown}, and the row is ${row.status?.S}` };
  };
}
