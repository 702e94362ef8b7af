import { outcomeOf, type Attempt } from './attempt';
import type { Handler } from './template';
import { fetchUrl, put, type Client } from '../../../test/acceptance/support/client';
import { imageBytes } from '../../../test/acceptance/support/images';
import { makeDue, rowOf, sweep } from '../rows';

/** One thing that the service does, and every action that it needs for it. */
export interface Probe {
  readonly name: string;
  readonly handler: Handler;
  readonly needs: readonly string[];
  /** Done while all is granted: whatever the attempt starts from. */
  prepare(client: Client): Promise<Attempt>;
}

const PNG = { content_type: 'image/png', size: 1 };

/** As `Client.call`, which would take a 5xx for a failed test. */
function ask(client: Client, method: string, target: string, json?: unknown): Attempt {
  const headers = [['x-user-id', client.user], ...(json === undefined ? [] : [['content-type', 'application/json']])] as [string, string][];
  const body = json === undefined ? undefined : Buffer.from(JSON.stringify(json));
  return async () => outcomeOf(await client.world.send({ method, target, headers, body }));
}

const API_PROBES: readonly Omit<Probe, 'handler'>[] = [
  { name: 'create', needs: ['dynamodb:PutItem'], prepare: async client => ask(client, 'POST', '/images', PNG) },
  {
    name: 'upload by the URL',
    needs: ['s3:PutObject'],
    prepare: async client => {
      const bytes = imageBytes('image/png');
      const { upload } = await client.created({ content_type: 'image/png', size: bytes.length });
      return async () => outcomeOf(await put(upload, bytes));
    },
  },
  {
    name: 'confirm',
    needs: ['dynamodb:GetItem', 's3:GetObject', 'dynamodb:UpdateItem', 'dynamodb:PutItem'],
    prepare: async client => ask(client, 'POST', `/images/${(await client.uploaded({ tags: ['a'] })).image_id}/confirm`),
  },
  {
    name: 'tell that nothing was uploaded',
    needs: ['dynamodb:GetItem', 's3:ListBucket'],
    prepare: async client => {
      const attempt = ask(client, 'POST', `/images/${(await client.created(PNG)).image_id}/confirm`);
      return async () => {
        const { shown } = await attempt();
        return { worked: shown.startsWith('409 '), shown };
      };
    },
  },
  { name: 'get', needs: ['dynamodb:GetItem'], prepare: async client => ask(client, 'GET', `/images/${(await client.ready()).image_id}`) },
  {
    name: 'list',
    needs: ['dynamodb:Query', 'dynamodb:BatchGetItem'],
    prepare: async client => {
      await client.ready();
      return ask(client, 'GET', '/images');
    },
  },
  {
    name: 'take a tag off',
    needs: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    prepare: async client => ask(client, 'PATCH', `/images/${(await client.ready({ tags: ['a'] })).image_id}`, { tags: [] }),
  },
  {
    name: 'download',
    needs: ['dynamodb:GetItem', 's3:GetObject'],
    prepare: async client => {
      const { image_id: id } = await client.ready();
      return async () => {
        const answer = await ask(client, 'GET', `/images/${id}/download`)();
        return answer.worked ? outcomeOf(await fetchUrl((JSON.parse(answer.shown.slice(4)) as { url: string }).url)) : answer;
      };
    },
  },
  {
    name: 'delete',
    needs: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 's3:DeleteObject'],
    prepare: async client => ask(client, 'DELETE', `/images/${(await client.ready()).image_id}`),
  },
];

const VISIT = ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:UpdateItem'];

const SWEEPER_PROBES: readonly Omit<Probe, 'handler'>[] = [
  {
    name: 'confirm what nobody confirmed',
    needs: [...VISIT, 's3:GetObject', 'dynamodb:PutItem'],
    prepare: async client => visiting((await client.uploaded()).image_id, {}, 'ready'),
  },
  {
    name: 'expire what nobody uploaded',
    needs: [...VISIT, 's3:ListBucket'],
    prepare: async client => visiting((await client.created(PNG)).image_id, { url_until: 1 }, 'expired'),
  },
  {
    name: 'let go of a deleted image',
    needs: [...VISIT, 's3:DeleteObject'],
    prepare: async client => {
      const { image_id: id } = await client.ready();
      await client.delete(id);
      return visiting(id, { url_until: 1, updated_at: '2020-01-01T00:00:00.000Z' }, 'deleted');
    },
  },
];

/** The sweeper sees a row when its date has come; what it did shows in the row's status. */
function visiting(imageId: string, changes: Record<string, string | number>, status: string): Attempt {
  return async () => {
    await makeDue(imageId, changes);
    const shown = await sweep();
    const row = await rowOf(imageId);
    return { worked: row.status?.S === status, shown: `${shown}, and the row is ${row.status?.S}` };
  };
}

export const PROBES: readonly Probe[] = [
  ...API_PROBES.map(probe => ({ ...probe, handler: 'ApiFunction' as const })),
  ...SWEEPER_PROBES.map(probe => ({ ...probe, handler: 'Sweeper' as const })),
];
