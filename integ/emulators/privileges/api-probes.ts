import { readOutcome } from './attempt';
import { ask, ORIGINALS, PNG, type ProbeOf, VARIANTS } from './probe';
import { confirmImage, processImage, attemptInvalidation, uploadImage } from './starts';
import { fetchUrl, put } from '../../../test/acceptance/support/client';
import { imageBytes } from '../../../test/acceptance/support/images';
import { fetchVariant } from '../cdn';

export const API_PROBES: readonly ProbeOf[] = [
  {
    name: 'create',
    needs: ['dynamodb:PutItem'],
    isRepeatable: true,
    prepare: async client => ask(client, 'POST', '/images', PNG),
  },
  {
    name: 'upload by the URL',
    needs: [`s3:PutObject on ${ORIGINALS}`],
    isSeenByClients: true,
    prepare: async client => {
      const bytes = imageBytes('image/png');
      const { upload } = await client.createImage({ content_type: 'image/png', size: bytes.length });
      return async () => readOutcome(await put(upload, bytes));
    },
  },
  {
    name: 'confirm',
    needs: ['dynamodb:GetItem', `s3:GetObject on ${ORIGINALS}`, 'dynamodb:UpdateItem', 'dynamodb:PutItem'],
    prepare: async client =>
      ask(client, 'POST', `/images/${(await uploadImage(client, { tags: ['a'] })).image_id}/confirm`),
  },
  {
    name: 'tell that nothing was uploaded',
    needs: ['dynamodb:GetItem', 's3:ListBucket'],
    isRepeatable: true,
    prepare: async client => {
      const attempt = ask(client, 'POST', `/images/${(await client.createImage(PNG)).image_id}/confirm`);
      return async () => {
        const { shown } = await attempt();
        return { worked: shown.startsWith('409 '), shown };
      };
    },
  },
  {
    name: 'get',
    needs: ['dynamodb:GetItem'],
    isRepeatable: true,
    prepare: async client => ask(client, 'GET', `/images/${await confirmImage(client)}`),
  },
  {
    name: 'list',
    needs: ['dynamodb:Query', 'dynamodb:BatchGetItem'],
    isRepeatable: true,
    prepare: async client => {
      await confirmImage(client);
      return ask(client, 'GET', '/images');
    },
  },
  {
    name: 'take a tag off',
    needs: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    prepare: async client =>
      ask(client, 'PATCH', `/images/${await confirmImage(client, { tags: ['a'] })}`, { tags: [] }),
  },
  {
    name: 'download',
    needs: ['dynamodb:GetItem', `s3:GetObject on ${ORIGINALS}`],
    isRepeatable: true,
    isSeenByClients: true,
    prepare: async client => {
      const id = await processImage(client);
      return async () => {
        const answer = await ask(client, 'GET', `/images/${id}/download`)();
        return answer.worked
          ? readOutcome(await fetchUrl((JSON.parse(answer.shown.slice(4)) as { url: string }).url))
          : answer;
      };
    },
  },
  {
    name: 'show a variant',
    needs: ['dynamodb:GetItem'],
    isRepeatable: true,
    prepare: async client => {
      const id = await processImage(client);
      return async () => {
        const answer = await ask(client, 'GET', `/images/${id}`)();
        if (!answer.worked) return answer;
        const { variants: [{ url }] } = JSON.parse(answer.shown.slice(4)) as { variants: { url: string }[] };
        return readOutcome(await fetchVariant(url, 'image/avif'));
      };
    },
  },
  {
    name: 'delete',
    needs: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', `s3:DeleteObject on ${ORIGINALS}`],
    prepare: async client => ask(client, 'DELETE', `/images/${await confirmImage(client)}`),
  },
  {
    name: 'delete with variants',
    needs: [
      'dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 's3:ListBucket',
      `s3:DeleteObject on ${ORIGINALS}`, `s3:DeleteObject on ${VARIANTS}`,
    ],
    prepare: async client => ask(client, 'DELETE', `/images/${await processImage(client)}`),
  },
  {
    name: 'tell the CDN of what was deleted',
    needs: [
      'dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 's3:ListBucket',
      `s3:DeleteObject on ${ORIGINALS}`, `s3:DeleteObject on ${VARIANTS}`,
      'sqs:SendMessage on Invalidations',
    ],
    isLeftToSweeper: true,
    prepare: async client => {
      const id = await processImage(client);
      return attemptInvalidation(id, async () => (await ask(client, 'DELETE', `/images/${id}`)()).shown);
    },
  },
];
