import {
  DescribeContinuousBackupsCommand, DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { Resource } from './inspector';
import { buildClientOptions, readDeployment } from '../deployment';

const client = new DynamoDBClient(buildClientOptions(readDeployment()));

export async function inspectTable({ id: TableName, written }: Resource) {
  const { Table = {} } = await client.send(new DescribeTableCommand({ TableName }));
  return {
    AttributeDefinitions: sortByName(Table.AttributeDefinitions, written.AttributeDefinitions, 'AttributeName'),
    BillingMode: Table.BillingModeSummary?.BillingMode,
    DeletionProtectionEnabled: Table.DeletionProtectionEnabled,
    GlobalSecondaryIndexes: sortByName(Table.GlobalSecondaryIndexes, written.GlobalSecondaryIndexes, 'IndexName')
      .map(({ IndexName, KeySchema, Projection }) => ({ IndexName, KeySchema, Projection })),
    KeySchema: Table.KeySchema,
    PointInTimeRecoverySpecification: await inspectPointInTimeRecovery(TableName),
    // The description omits keys that AWS owns.
    SSESpecification: {
      SSEEnabled: Table.SSEDescription !== undefined,
      KMSMasterKeyId: Table.SSEDescription?.KMSMasterKeyArn,
    },
    StreamSpecification: Table.StreamSpecification && {
      StreamViewType: Table.StreamSpecification.StreamViewType,
    },
    TimeToLiveSpecification: await timeToLive(TableName),
  };
}

async function timeToLive(TableName: string) {
  const { TimeToLiveDescription = {} } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  return {
    AttributeName: TimeToLiveDescription.AttributeName,
    Enabled: TimeToLiveDescription.TimeToLiveStatus === 'ENABLED',
  };
}

async function inspectPointInTimeRecovery(TableName: string) {
  const { ContinuousBackupsDescription } = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
  return {
    PointInTimeRecoveryEnabled:
      ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED',
  };
}

/** DynamoDB returns its own order. Items that the template lacks come last. */
function sortByName<T extends object>(actual: readonly T[] = [], written: readonly T[] = [], name: keyof T): T[] {
  const rank = (item: T): number => {
    const at = written.findIndex(other => other[name] === item[name]);
    return at < 0 ? written.length : at;
  };
  return [...actual].sort((a, b) => rank(a) - rank(b));
}
