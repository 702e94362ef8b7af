import {
  CreateTableCommand, DescribeTableCommand, DynamoDBClient, ResourceInUseException, UpdateTimeToLiveCommand, type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { TABLE } from '../src/contract';

const { BY_USER, BY_DUE } = TABLE;

/** The table as `src/metadata` makes it on AWS. */
function definition(tableName: string): CreateTableCommandInput {
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: TABLE.PARTITION_KEY, AttributeType: 'S' },
      { AttributeName: BY_USER.PARTITION_KEY, AttributeType: 'S' },
      { AttributeName: BY_USER.SORT_KEY, AttributeType: 'S' },
      { AttributeName: BY_DUE.PARTITION_KEY, AttributeType: 'N' },
      { AttributeName: BY_DUE.SORT_KEY, AttributeType: 'N' },
    ],
    KeySchema: [{ AttributeName: TABLE.PARTITION_KEY, KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      { IndexName: BY_USER.NAME, KeySchema: keySchema(BY_USER), Projection: { ProjectionType: 'ALL' } },
      { IndexName: BY_DUE.NAME, KeySchema: keySchema(BY_DUE), Projection: { ProjectionType: 'KEYS_ONLY' } },
    ],
  };
}

function keySchema(index: { PARTITION_KEY: string; SORT_KEY: string }): CreateTableCommandInput['KeySchema'] {
  return [{ AttributeName: index.PARTITION_KEY, KeyType: 'HASH' }, { AttributeName: index.SORT_KEY, KeyType: 'RANGE' }];
}

/** Makes the service's table where it is not there yet. */
export async function ensureTable(client: DynamoDBClient, tableName: string): Promise<void> {
  try {
    await client.send(new CreateTableCommand(definition(tableName)));
    await client.send(new UpdateTimeToLiveCommand({
      TableName: tableName,
      TimeToLiveSpecification: { AttributeName: TABLE.TTL_ATTRIBUTE, Enabled: true },
    }));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
    await client.send(new DescribeTableCommand({ TableName: tableName }));
  }
}
