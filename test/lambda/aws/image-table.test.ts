import type { BatchGetCommandInput, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { openImageTable } from '../../../lambda/aws/image-table';
import { TryAgain } from '../../../lambda/domain/errors';

const KEYS = ['a', 'b', 'c'].map(image_id => ({ image_id, created_at: `2026-11-22T12:00:00.000Z#${image_id}` }));

/** Responses that a small table never gives: a query ends at 1 MB of items, even with few requested keys. */
async function listWith(answer: object, limit: number) {
  const client = { send: async () => answer } as unknown as DynamoDBDocumentClient;
  return openImageTable(client, 'images').listByUser({ partition: 'alice', descending: true, limit });
}

describe('listByUser', () => {
  test('knows that more follows where the answer ended early', async () => {
    expect(await listWith({ Items: KEYS.slice(0, 1), LastEvaluatedKey: KEYS[0] }, 2)).toEqual({
      keys: KEYS.slice(0, 1),
      more: true,
    });
  });

  test('knows the end, and what is one key too many', async () => {
    expect(await listWith({ Items: KEYS.slice(0, 2) }, 2)).toEqual({ keys: KEYS.slice(0, 2), more: false });
    expect(await listWith({ Items: KEYS }, 2)).toEqual({ keys: KEYS.slice(0, 2), more: true });
  });
});

/**
 * BatchGetItem takes 100 keys at most. It may leave keys for another request, and a throttled one leaves them all:
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
describe('getMany', () => {
  /**
   * Reads `count` records. Each request returns the number of records that `processed` lists for it, and leaves the
   * rest.
   */
  async function getMany(count: number, ...processed: number[]) {
    const asked: { ids: string[]; isConsistent?: boolean }[] = [];
    const send = async ({ input: { RequestItems } }: { input: BatchGetCommandInput }) => {
      const { Keys = [], ConsistentRead } = RequestItems!.images;
      asked.push({ ids: Keys.map(({ image_id }) => String(image_id)), isConsistent: ConsistentRead });
      const taken = Keys.slice(0, processed.shift() ?? Infinity);
      const left = Keys.slice(taken.length);
      return { Responses: { images: taken }, UnprocessedKeys: left.length > 0 ? { images: { Keys: left } } : {} };
    };
    const ids = Array.from({ length: count }, (_, i) => `id${i}`);
    const table = openImageTable({ send } as unknown as DynamoDBDocumentClient, 'images');
    return { asked, ids, rows: table.getMany(ids).then(rows => rows.map(({ image_id }) => image_id)) };
  }

  test('asks again for the keys that were not processed', async () => {
    const { asked, ids, rows } = await getMany(5, 2, 1);
    expect(await rows).toEqual(ids);
    expect(asked.map(request => request.ids)).toEqual([ids, ids.slice(2), ids.slice(3)]);
  });

  test('is tried again later where no key was processed', async () => {
    const { asked, rows } = await getMany(3, 1, 0);
    await expect(rows).rejects.toBeInstanceOf(TryAgain);
    expect(asked).toHaveLength(2);
  });

  test('reads consistently, 100 keys at a time, also what it asks for again', async () => {
    const { asked, ids, rows } = await getMany(201, 60);
    expect((await rows).sort()).toEqual(ids.sort());
    expect(asked.map(request => request.ids.length).sort((a, b) => a - b)).toEqual([1, 40, 100, 100]);
    expect(asked.map(({ isConsistent }) => isConsistent)).toEqual([true, true, true, true]);
  });
});
