import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { call } from './errors';
import { type ImageRecord, TABLE } from '../../src/contract';
import type { ScanPage, TableScan } from '../domain/ports';

export function openTableScan(client: DynamoDBDocumentClient, tableName: string): TableScan {
  return { readPage: (limit, behind) => readPage(client, tableName, limit, behind) };
}

/**
 * Facets count towards `Limit`, but have no status. A scan can start at an absent key, since it goes by the keys'
 * hashes.
 */
async function readPage(
  client: DynamoDBDocumentClient, tableName: string, limit: number, behind?: string,
): Promise<ScanPage> {
  const command = new ScanCommand({
    TableName: tableName,
    FilterExpression: '#status IN (:ready, :failed)',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':ready': 'ready', ':failed': 'failed' },
    Limit: limit,
    ExclusiveStartKey: behind === undefined ? undefined : { [TABLE.PARTITION_KEY]: behind },
    ConsistentRead: true,
  });
  const { Items = [], ScannedCount = 0, LastEvaluatedKey } = await call(() => client.send(command));
  return {
    records: Items as ImageRecord[],
    read: ScannedCount,
    behind: LastEvaluatedKey?.[TABLE.PARTITION_KEY] as string | undefined,
  };
}
