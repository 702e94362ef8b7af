import { Tokenization } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { DashboardInput, Section } from './dashboard-input';
import { scale, type ServiceMetrics } from './metrics';
import { COLORS, COLUMNS, makeGraph, makeHeading, SERIES_COLORS } from './widgets';
import { TABLE } from '../../contract';

/** The quantities that AWS bills. docs/costs.md has the prices. */
export function buildCost({ service }: DashboardInput, metrics: ServiceMetrics): Section {
  const graphs = [drawRequests, drawCompute, drawCapacity, ...service.requestMetricsId ? [drawStorage] : []];
  const width = COLUMNS / graphs.length;
  return [makeHeading('What does it cost?'), graphs.map(graph => graph(metrics, service, width))];
}

type Service = DashboardInput['service'];

function drawRequests(metrics: ServiceMetrics, { delivery }: Service, width: number): cloudwatch.IWidget {
  const label = 'CloudFront bytes';
  const bytes = delivery && metrics.measureDistribution('BytesDownloaded', 'Sum', { label, color: COLORS.THIRD });
  return makeGraph({
    title: delivery ? 'Requests, and bytes of CloudFront' : 'Requests',
    width,
    unit: 'Requests in 5 minutes',
    metrics: [
      metrics.measureApi('Count', 'Sum', { label: 'API', color: COLORS.MAIN }),
      ...delivery ? [metrics.measureDistribution('Requests', 'Sum', { label: 'CloudFront', color: COLORS.SECOND })] : [],
    ],
    right: bytes && { unit: 'MB in 5 minutes', metrics: [scale('bytes', '/ 1000000', bytes, { label, color: COLORS.THIRD })] },
  });
}

/** Lambda bills the time of all invocations, times the memory of the function. */
function drawCompute(metrics: ServiceMetrics, { functions }: Service, width: number): cloudwatch.IWidget {
  const used = Object.entries(functions).map(
    ([name, handler], i) => computeGbSeconds(metrics, name, handler, SERIES_COLORS[i % SERIES_COLORS.length]),
  );
  return makeGraph({
    title: 'Lambda: GB-seconds',
    width,
    unit: 'GB-seconds in 5 minutes',
    metrics: used,
    stacked: true,
  });
}

function computeGbSeconds(
  metrics: ServiceMetrics, label: string, handler: lambda.Function, color: string,
): cloudwatch.MathExpression {
  const { memorySize = 128 } = handler.node.defaultChild as lambda.CfnFunction;
  // An id begins with a lower-case letter, and is unique in its graph.
  const id = `${label[0].toLowerCase()}${label.slice(1)}Duration`;
  const time = metrics.measureFunction(handler, 'Duration', 'Sum', { label, color });
  return scale(id, `/ 1000 * ${Tokenization.stringifyNumber(memorySize)} / 1024`, time, { label, color });
}

/** An on-demand table is billed by request units, which these metrics count. */
function drawCapacity(metrics: ServiceMetrics, _service: Service, width: number): cloudwatch.IWidget {
  const places = [
    { index: undefined, name: 'table', read: COLORS.MAIN, write: COLORS.SECOND },
    { index: TABLE.BY_USER.NAME, name: TABLE.BY_USER.NAME, read: '#17becf', write: '#e377c2' },
    { index: TABLE.BY_DUE.NAME, name: TABLE.BY_DUE.NAME, read: '#aec7e8', write: '#8c564b' },
  ];
  return makeGraph({
    title: 'DynamoDB: capacity units',
    width,
    unit: 'Units in 5 minutes',
    metrics: places.flatMap(({ index, name, read, write }) => [
      metrics.measureTable('ConsumedReadCapacityUnits', index, { label: `Read ${name}`, color: read }),
      metrics.measureTable('ConsumedWriteCapacityUnits', index, { label: `Write ${name}`, color: write }),
    ]),
  });
}

function drawStorage(metrics: ServiceMetrics, _service: Service, width: number): cloudwatch.IWidget {
  return makeGraph({
    title: 'S3: requests for originals',
    width,
    unit: 'Requests in 5 minutes',
    metrics: [
      metrics.measureOriginals('PutRequests', { label: 'PUT', color: COLORS.MAIN }),
      metrics.measureOriginals('GetRequests', { label: 'GET', color: COLORS.THIRD }),
    ],
  });
}
