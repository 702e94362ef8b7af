import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Attempt } from './attempt';
import { ORIGINALS, PNG, type ProbeOf, VARIANTS } from './probe';
import { confirmImage, readKey, processImage, attemptInvalidation, uploadImage } from './starts';
import { buildVariantKey } from '../../../src/contract';
import { buildClientOptions, readDeployment, findPhysicalId } from '../deployment';
import { drain } from '../queues';
import { changeRow, makeDue, readRow, sweep } from '../rows';

const VISIT = ['dynamodb:Query', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem'];
const LONG_AGO = { url_until: 1, updated_at: '2020-01-01T00:00:00.000Z' };

export const SWEEPER_PROBES: readonly ProbeOf[] = [
  {
    name: 'confirm what nobody confirmed',
    // The sweeper lists before it reads, since most pending records have no object.
    needs: [...VISIT, 's3:ListBucket', `s3:GetObject on ${ORIGINALS}`, 'dynamodb:PutItem'],
    prepare: async client => attemptSweep((await uploadImage(client)).image_id, {}, 'processing'),
  },
  {
    name: 'expire what nobody uploaded',
    needs: [...VISIT, 's3:ListBucket'],
    prepare: async client => attemptSweep((await client.createImage(PNG)).image_id, { url_until: 1 }, 'expired'),
  },
  {
    name: 'let go of a deleted image',
    needs: [...VISIT, `s3:DeleteObject on ${ORIGINALS}`],
    prepare: async client => {
      const id = await confirmImage(client);
      await client.delete(id);
      return attemptSweep(id, LONG_AGO, 'deleted');
    },
  },
  {
    name: 'delete what a worker stored late, and tell the CDN',
    needs: [
      ...VISIT, 's3:ListBucket', `s3:DeleteObject on ${ORIGINALS}`, `s3:DeleteObject on ${VARIANTS}`,
      'sqs:SendMessage on Invalidations',
    ],
    prepare: async client => {
      const id = await processImage(client);
      await client.delete(id);
      await changeRow(id, {}, ['invalidate']);
      await bringLate(await readKey(id));
      return attemptInvalidation(id, async () => {
        await makeDue(id, { ...LONG_AGO, claim_until: 1 });
        return sweep();
      });
    },
  },
  {
    name: 'tell workers of what still waits',
    needs: [...VISIT, 'sqs:SendMessage'],
    prepare: async client => attemptAnnouncement(await confirmImage(client)),
  },
];

/** The sweeper reads a record when it is due; the record's status shows the effect. */
function attemptSweep(imageId: string, changes: Record<string, string | number>, status: string): Attempt {
  return async () => {
    await makeDue(imageId, changes);
    const shown = await sweep();
    const row = await readRow(imageId);
    return { worked: row.status?.S === status, shown: `${shown}, and the row is ${row.status?.S}` };
  };
}

function attemptAnnouncement(imageId: string): Attempt {
  return async () => {
    const object_key = await readKey(imageId);
    await makeDue(imageId);
    const shown = await sweep();
    const bodies = await drain('Uploads');
    return {
      worked: bodies.includes(JSON.stringify({ object_key })),
      shown: `${shown}, and the queue holds ${bodies.join()}`,
    };
  };
}

async function bringLate(objectKey: string): Promise<void> {
  const client = new S3Client({ ...buildClientOptions(readDeployment()), forcePathStyle: true });
  const Key = buildVariantKey(objectKey, { name: 'thumb', format: 'webp' });
  await client.send(
    new PutObjectCommand({ Bucket: findPhysicalId(readDeployment(), 'AWS::S3::Bucket'), Key, Body: 'late' }),
  );
}
