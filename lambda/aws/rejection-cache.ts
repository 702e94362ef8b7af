import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { call } from './errors';
import { REJECTED_BYTES_PREFIX, type RejectedBytesRecord, type Rejection, TABLE } from '../../src/contract';
import type { RejectionCache } from '../domain/ports';

/** A newer decoder may survive bytes that kill this one: they get another try one day. */
const REMEMBERED_SECONDS = 90 * 86_400;

/** In the table of images, under ids that no image can have. A repeated write writes the same row. */
export function openRejectionCache(
  client: DynamoDBDocumentClient, tableName: string, now: () => number,
): RejectionCache {
  return {
    recall: async hash => {
      // Consistent: a request that waited for a lease reads right after its holder has written.
      const command = new GetCommand({
        TableName: tableName,
        Key: { [TABLE.PARTITION_KEY]: REJECTED_BYTES_PREFIX + hash },
        ConsistentRead: true,
      });
      const row = (await call(() => client.send(command))).Item as RejectedBytesRecord | undefined;
      // Time to live deletes within a few days, not at once.
      return row && row.expires_at > now() / 1000 ? row.rejection : undefined;
    },
    remember: async (hash, rejection) => {
      await call(() => client.send(
        new PutCommand({ TableName: tableName, Item: { ...buildRejectionRow(hash, rejection, now()) } }),
      ));
    },
  };
}

function buildRejectionRow(hash: string, rejection: Rejection, now: number): RejectedBytesRecord {
  return { image_id: REJECTED_BYTES_PREFIX + hash, rejection, expires_at: Math.ceil(now / 1000) + REMEMBERED_SECONDS };
}
