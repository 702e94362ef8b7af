import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { imageTable } from '../../../lambda/aws/image-table';

const KEYS = ['a', 'b', 'c'].map(image_id => ({ image_id, created_at: `2026-11-22T12:00:00.000Z#${image_id}` }));

/** Answers that a small table never gives: a query ends at 1 MB of items, however few keys it was asked for. */
async function listWith(answer: object, limit: number) {
  const client = { send: async () => answer } as unknown as DynamoDBDocumentClient;
  return imageTable(client, 'images').listByUser({ partition: 'alice', descending: true, limit });
}

describe('listByUser', () => {
  test('knows that more follows where the answer ended early', async () => {
    expect(await listWith({ Items: KEYS.slice(0, 1), LastEvaluatedKey: KEYS[0] }, 2)).toEqual({ keys: KEYS.slice(0, 1), more: true });
  });

  test('knows the end, and what is one key too many', async () => {
    expect(await listWith({ Items: KEYS.slice(0, 2) }, 2)).toEqual({ keys: KEYS.slice(0, 2), more: false });
    expect(await listWith({ Items: KEYS }, 2)).toEqual({ keys: KEYS.slice(0, 2), more: true });
  });
});
