import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { MonitoredService } from './monitored-service';

/** A query of CloudWatch Logs Insights. */
export interface SavedQuery {
  readonly name: string;
  readonly lines: readonly string[];
}

const NEWEST = ['sort @timestamp desc', 'limit 100'];
const OLDEST = ['sort @timestamp asc', 'limit 1000'];

/** In place of an id: the user of a query replaces it. */
const IMAGE = '"IMAGE_ID"';
const REQUEST = '"REQUEST_ID"';

/** docs/operations.md describes each. */
export const SAVED_QUERIES: readonly SavedQuery[] = [
  {
    name: 'Why did an image fail',
    lines: [
      'fields @timestamp, message, status, code, attempt, try, error.name, error.message, error.cause.name',
      `filter image_id = ${IMAGE} and (level in ["WARN", "ERROR"] or message = "record processed")`,
      ...NEWEST,
    ],
  },
  {
    name: 'History of an image',
    lines: [
      'fields @timestamp, @log, message, route, status, code, attempt, duration_ms, request_id, created_by_request',
      `filter image_id = ${IMAGE}`,
      ...OLDEST,
    ],
  },
  {
    name: 'One request',
    lines: [
      'fields @timestamp, @log, message, route, status, code, image_id, caller, duration_ms, error.name',
      `filter request_id = ${REQUEST} or created_by_request = ${REQUEST}`,
      ...OLDEST,
    ],
  },
  {
    name: 'Slowest routes',
    lines: [
      'filter message = "request completed"',
      'stats count(*) as requests, pct(duration_ms, 50) as p50, pct(duration_ms, 99) as p99, max(duration_ms) as slowest '
      + 'by route, cold_start',
      'sort p99 desc',
    ],
  },
  {
    name: 'Rejections by code',
    lines: [
      'filter message = "record processed" and status = "rejected"',
      'stats count(*) as images by code',
      'sort images desc',
    ],
  },
  {
    name: 'Errors by message',
    lines: [
      'filter level in ["WARN", "ERROR"]',
      'stats count(*) as lines, latest(image_id) as latest_image, latest(error.aws_request_id) as latest_aws_request '
      + 'by message, error.name, error.cause.name',
      'sort lines desc',
    ],
  },
  {
    name: 'From upload to ready',
    lines: [
      'filter message = "record processed" and status = "ready"',
      'stats count(ready_after_ms) as images, pct(ready_after_ms, 50) as p50, pct(ready_after_ms, 99) as p99 '
      + 'by bin(5m)',
    ],
  },
];

/** Saves the queries over the logs of all functions, in a folder of the console with the name of the service. */
export function makeSavedQueries(scope: Construct, { serviceName, functions }: MonitoredService): void {
  const logGroupNames = Object.values(functions).map(({ logGroup }) => logGroup.logGroupName);
  for (const { name, lines } of SAVED_QUERIES) {
    new CfnQueryDefinition(scope, `Query${name.replace(/ (.)/g, (_, letter: string) => letter.toUpperCase())}`, {
      // A slash makes a folder.
      name: `${serviceName}/${name}`,
      logGroupNames,
      queryString: lines.join('\n| '),
    });
  }
}
