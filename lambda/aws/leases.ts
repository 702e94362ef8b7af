import { randomUUID } from 'node:crypto';
import { type DynamoDBDocumentClient, PutCommand, type PutCommandInput } from '@aws-sdk/lib-dynamodb';
import { call, readErrorName } from './errors';
import type { LeaseRecord } from '../../src/contract';
import type { Leases } from '../domain/deliver/ports';

/** How long an ended lease stays in the table, for debugging. */
const KEPT_SECONDS = 3600;

/**
 * In the table of images, under ids that no image can have. A release writes that the lease has ended, so that the
 * transform function needs no permission to delete rows.
 */
export function openLeaseTable(client: DynamoDBDocumentClient, tableName: string, now: () => number): Leases {
  const put = (
    row: LeaseRecord, condition: Pick<PutCommandInput, 'ConditionExpression' | 'ExpressionAttributeValues'>,
  ) => (
    tryPut(client, { TableName: tableName, Item: { ...row }, ...condition }));
  return {
    take: async (id, until) => {
      const row = buildLease(id, randomUUID(), until);
      const isOurs = await put(row, {
        // If the answer to a write was lost, the SDK's repeat meets its own row.
        ConditionExpression: 'attribute_not_exists(image_id) OR lease_until <= :now OR holder = :holder',
        ExpressionAttributeValues: { ':now': now(), ':holder': row.holder },
      });
      if (!isOurs) return undefined;
      const returned = { ...row, lease_until: 0 };
      return {
        release: async () => void await put(returned, {
          ConditionExpression: 'holder = :holder',
          ExpressionAttributeValues: { ':holder': row.holder },
        }),
      };
    },
  };
}

function buildLease(image_id: string, holder: string, lease_until: number): LeaseRecord {
  return { image_id, holder, lease_until, expires_at: Math.ceil(lease_until / 1000) + KEPT_SECONDS };
}

async function tryPut(client: DynamoDBDocumentClient, input: PutCommandInput): Promise<boolean> {
  try {
    await call(() => client.send(new PutCommand(input)));
    return true;
  } catch (error) {
    if (readErrorName(error) === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
