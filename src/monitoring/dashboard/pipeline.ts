import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { ActiveAlarm, DashboardInput, Section } from './dashboard-input';
import { scale, type ServiceMetrics } from './metrics';
import { COLORS, drawThreshold, makeGraph, makeHeading, makeLogTable } from './widgets';
import { METRICS } from '../../contract';
import type { MonitoredProcessing } from '../monitored-service';

/** From an upload to `ready`: what waits, how long it takes, and how it ends. */
export function buildPipeline(input: DashboardInput, metrics: ServiceMetrics): Section {
  const { service: { processing }, alarms } = input;
  if (!processing) return [makeHeading('Does the sweeper keep up?'), [drawSweeper(metrics, alarms, 24)]];
  return [
    makeHeading('Does the pipeline keep up?'),
    [drawBacklog(input, processing, metrics), drawAge(input, processing, metrics), drawReady(metrics)],
    [
      drawOutcomes(metrics, alarms), tabulateRejections(input, 6), drawSweeper(metrics, alarms, 6),
      drawDecoders(metrics),
    ],
  ];
}

/** By the names that alarms give to queues. */
const QUEUE_COLORS: Readonly<Record<string, string>> = {
  Uploads: COLORS.MAIN, Surplus: COLORS.SECOND, Invalidations: COLORS.QUIET,
};

function listQueues({ service: { delivery } }: DashboardInput, { queues }: MonitoredProcessing) {
  return Object.entries({ ...queues, ...delivery && { Invalidations: delivery.invalidationQueue } });
}

function drawBacklog(
  input: DashboardInput, processing: MonitoredProcessing, metrics: ServiceMetrics,
): cloudwatch.IWidget {
  const visible = 'ApproximateNumberOfMessagesVisible';
  return makeGraph({
    title: 'Messages that wait',
    width: 8,
    unit: 'Messages',
    metrics: listQueues(input, processing).map(
      ([label, queue]) => metrics.measureQueue(queue, visible, { label, color: QUEUE_COLORS[label] }),
    ),
    right: {
      unit: 'Dead letters',
      metrics: [metrics.measureQueue(processing.deadLetterQueue, visible, { label: 'Dead letters', color: COLORS.FAULT })],
      annotations: drawThreshold(input.alarms, 'DeadLetters', COLORS.FAULT),
    },
  });
}

function drawAge(
  input: DashboardInput, processing: MonitoredProcessing, metrics: ServiceMetrics,
): cloudwatch.IWidget {
  const queues = listQueues(input, processing);
  return makeGraph({
    title: 'Age of the oldest message',
    width: 8,
    unit: 'Seconds',
    metrics: queues.map(
      ([label, queue]) => metrics.measureQueue(queue, 'ApproximateAgeOfOldestMessage', { label, color: QUEUE_COLORS[label] }),
    ),
    annotations: queues.flatMap(([label]) => drawThreshold(input.alarms, `${label}Age`, QUEUE_COLORS[label])),
  });
}

function drawReady(metrics: ServiceMetrics): cloudwatch.IWidget {
  const build = (statistic: string, color: string) => {
    const look = { label: statistic, color };
    return scale(`ready_${statistic}`, '/ 1000', metrics.measureService(METRICS.UPLOAD_TO_READY, statistic, look), look);
  };
  return makeGraph({
    title: 'Time from upload to ready',
    width: 8,
    unit: 'Seconds',
    metrics: [build('p50', COLORS.MAIN), build('p99', COLORS.FOURTH)],
  });
}

function drawOutcomes(metrics: ServiceMetrics, alarms: readonly ActiveAlarm[]): cloudwatch.IWidget {
  return makeGraph({
    title: 'Processed images',
    width: 6,
    unit: 'Images in 5 minutes',
    metrics: [
      metrics.measureService(METRICS.IMAGES_PROCESSED, 'Sum', { label: 'Ready', color: COLORS.THIRD }),
      metrics.measureService(METRICS.IMAGES_REJECTED, 'Sum', { label: 'Rejected', color: COLORS.SECOND }),
    ],
    right: {
      unit: 'Failed in 5 minutes',
      metrics: [metrics.measureService(METRICS.IMAGES_FAILED, 'Sum', { label: 'Failed', color: COLORS.FAULT })],
      annotations: drawThreshold(alarms, 'ImagesFailed', COLORS.FAULT),
    },
  });
}

/** The API rejects at confirm, and the worker after it has looked at all bytes. Both write the same line. */
function tabulateRejections({ service: { functions } }: DashboardInput, width: number): cloudwatch.IWidget {
  const logGroups = [functions.Api, functions.Worker].map(handler => handler.logGroup.logGroupName);
  return makeLogTable('Rejections by code', width, logGroups, [
    'filter message = "record processed" and status = "rejected"',
    'stats count(*) as images by code',
    'sort images desc',
  ]);
}

function drawSweeper(metrics: ServiceMetrics, alarms: readonly ActiveAlarm[], width: number): cloudwatch.IWidget {
  return makeGraph({
    title: 'Delay of the sweeper',
    width,
    unit: 'Seconds',
    metrics: [metrics.measureService(METRICS.RECORD_DELAY, 'Maximum', { label: 'Oldest due record', color: COLORS.MAIN })],
    annotations: drawThreshold(alarms, 'RecordsOverdue', COLORS.MAIN),
  });
}

function drawDecoders(metrics: ServiceMetrics): cloudwatch.IWidget {
  return makeGraph({
    title: 'Decoders killed or crashed',
    width: 6,
    unit: 'Decoders in 5 minutes',
    metrics: [metrics.measureService(METRICS.DECODERS_ENDED, 'Sum', { label: 'Decoders', color: COLORS.SECOND })],
  });
}
