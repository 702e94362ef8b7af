import { Duration } from 'aws-cdk-lib';
import type { AlarmDefinition } from './alarm-definition';
import type { MonitoredService } from './monitored-service';
import { TABLE } from '../contract';

const PERIOD = Duration.minutes(5);

/** The operations of the API function, the worker and the sweeper. */
const TABLE_OPERATIONS = ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'TransactWriteItems'];
const INDEX_NAMES: Record<string, string> = { ByUser: TABLE.BY_USER.NAME, ByDue: TABLE.BY_DUE.NAME };

/**
 * `SystemErrors` exists by operation only.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 */
export function listTableAlarms({ table: { tableName: TableName } }: MonitoredService): AlarmDefinition[] {
  const buildThrottles = (kind: 'Read' | 'Write', index?: string): AlarmDefinition => ({
    name: `${index ?? 'Table'}${kind}Throttles`,
    area: 'DynamoDB',
    metric: {
      namespace: 'AWS/DynamoDB',
      metricName: `${kind}ThrottleEvents`,
      dimensions: { TableName, ...index && { GlobalSecondaryIndexName: INDEX_NAMES[index] } },
      statistic: 'Sum',
      period: PERIOD,
    },
    threshold: 10,
    periods: 2,
    severity: isUserFacing(kind, index) ? 'urgent' : 'soon',
    heading: 'DynamoDB throttles the table',
    description: `DynamoDB throttled ${kind.toLowerCase()}s of ${index ? `the index ${INDEX_NAMES[index]}` : 'the table'}.`,
    isUserFacing: isUserFacing(kind, index),
  });
  const places = [undefined, ...Object.keys(INDEX_NAMES)];
  return [
    ...places.flatMap(place => [buildThrottles('Read', place), buildThrottles('Write', place)]),
    ...TABLE_OPERATIONS.map((operation): AlarmDefinition => ({
      name: `Table${operation}Errors`,
      area: 'DynamoDB',
      metric: {
        namespace: 'AWS/DynamoDB',
        metricName: 'SystemErrors',
        dimensions: { TableName, Operation: operation },
        statistic: 'Sum',
        period: PERIOD,
      },
      threshold: 5,
      periods: 2,
      severity: 'soon',
      heading: 'DynamoDB answers with errors',
      description: `DynamoDB answered ${operation} with a status of 500 or more.`,
    })),
  ];
}

/**
 * Only the sweeper reads `by_due`. Every write goes to both indexes, and DynamoDB throttles a write to the table while
 * an index cannot take it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */
function isUserFacing(kind: 'Read' | 'Write', index?: string): boolean {
  return kind === 'Write' || index !== 'ByDue';
}
