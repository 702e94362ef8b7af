import { type DynamoDBDocumentClient, ScanCommand, type ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import { call } from './errors';
import { TABLE } from '../../src/contract';
import type { ScanPage, TableScan } from '../domain/ports';

export function openTableScan(client: DynamoDBDocumentClient, tableName: string): TableScan {
  const scan = <R>(part: Partial<ScanCommandInput>, limit: number, behind?: string): Promise<ScanPage<R>> =>
    readPage(client, { TableName: tableName, ...part }, limit, behind);
  return {
    readPage: (limit, behind) => scan(READY_OR_FAILED, limit, behind),
    readFailed: (limit, behind) => scan(FAILED, limit, behind),
  };
}

const READY_OR_FAILED: Partial<ScanCommandInput> = {
  FilterExpression: '#status IN (:ready, :failed)',
  ExpressionAttributeNames: { '#status': 'status' },
  ExpressionAttributeValues: { ':ready': 'ready', ':failed': 'failed' },
  ConsistentRead: true,
};

const FAILED: Partial<ScanCommandInput> = {
  FilterExpression: '#status = :failed',
  ProjectionExpression: 'image_id, updated_at, tries, last_error',
  ExpressionAttributeNames: { '#status': 'status' },
  ExpressionAttributeValues: { ':failed': 'failed' },
};

/**
 * Facets count towards `Limit`, but have no status. A scan can start at an absent key, since it goes by the keys'
 * hashes.
 */
async function readPage<R>(
  client: DynamoDBDocumentClient, input: ScanCommandInput, limit: number, behind?: string,
): Promise<ScanPage<R>> {
  const command = new ScanCommand({
    ...input,
    Limit: limit,
    ExclusiveStartKey: behind === undefined ? undefined : { [TABLE.PARTITION_KEY]: behind },
  });
  const { Items = [], ScannedCount = 0, LastEvaluatedKey } = await call(() => client.send(command));
  return {
    records: Items as R[],
    read: ScannedCount,
    behind: LastEvaluatedKey?.[TABLE.PARTITION_KEY] as string | undefined,
  };
}
