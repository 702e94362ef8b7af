import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import { computeTracedShare } from './model';
import { multiplyUsage, type Usage } from './prices';
import { ImageService, type ImageServiceProps } from '../../src';
import { METRICS, type MetricName } from '../../src/contract';

/** What a synthesized service has that is billed by the month, and the sizes of its functions. */
export interface Inventory {
  readonly memory: Readonly<Record<string, number>>;
  readonly secrets: number;
  /** Metrics in alarms: an alarm on metric math counts each of them. */
  readonly alarmMetrics: number;
  readonly compositeAlarms: number;
  readonly dashboards: number;
  /** Filters of S3 request metrics. */
  readonly requestMetrics: number;
  readonly standardSources: number;
  readonly fifoSources: number;
  readonly sweeperRunsPerMonth: number;
  /** Whether X-Ray records the calls of the functions. */
  readonly isTraced: boolean;
  readonly edgeFunctions: number;
}

interface Resource { readonly Type: string; readonly Properties?: Readonly<Record<string, any>> }

const HOURS_PER_MONTH = 730;
/** Descriptions of the functions, without the words before the colon. */
const NAMES: Readonly<Record<string, RegExp>> = {
  api: /API/,
  worker: /makes variants of uploads/,
  transform: /on demand/,
  sweeper: /sweeps/,
  invalidator: /invalidates/,
};

export function takeInventory(props: ImageServiceProps = {}): Inventory {
  const resources = synthesize(props);
  const list = (type: string): Record<string, any>[] => (
    Object.values(resources).filter(({ Type }) => Type === type).map(({ Properties = {} }) => Properties));
  const sources = list('AWS::Lambda::EventSourceMapping');
  const isFifo = ({ EventSourceArn: arn }: Record<string, any>): boolean => (
    resources[arn['Fn::GetAtt'][0] as string].Properties!.FifoQueue === true);
  return {
    memory: listMemory(list('AWS::Lambda::Function')),
    secrets: list('AWS::SecretsManager::Secret').length,
    alarmMetrics: list('AWS::CloudWatch::Alarm').reduce((sum, { Metrics = [{ MetricStat: {} }] }) => (
      sum + (Metrics as { MetricStat?: object }[]).filter(({ MetricStat }) => MetricStat).length), 0),
    compositeAlarms: list('AWS::CloudWatch::CompositeAlarm').length,
    dashboards: list('AWS::CloudWatch::Dashboard').length,
    requestMetrics: list('AWS::S3::Bucket').reduce((sum, { MetricsConfigurations = [] }) => (
      sum + (MetricsConfigurations as unknown[]).length), 0),
    standardSources: sources.filter(source => !isFifo(source)).length,
    fifoSources: sources.filter(isFifo).length,
    sweeperRunsPerMonth: HOURS_PER_MONTH * 60 / readInterval(list('AWS::Events::Rule')),
    isTraced: list('AWS::Lambda::Function').some(({ TracingConfig }) => TracingConfig?.Mode === 'Active'),
    edgeFunctions: list('AWS::CloudFront::Distribution').flatMap(
      ({ DistributionConfig }) => DistributionConfig.DefaultCacheBehavior.FunctionAssociations ?? [],
    ).length,
  };
}

function synthesize(props: ImageServiceProps): Record<string, Resource> {
  const app = new App({ treeMetadata: false, stackTraces: false, context: { [DISABLE_ASSET_STAGING_CONTEXT]: true } });
  const stack = new Stack(app, 'Stack');
  new ImageService(stack, 'Images', props);
  return Template.fromStack(stack).toJSON().Resources as Record<string, Resource>;
}

function listMemory(functions: readonly Record<string, any>[]): Record<string, number> {
  const found = Object.entries(NAMES).flatMap(([name, pattern]) => {
    const [one] = functions.filter(({ Description }) => pattern.test(String(Description)));
    return one ? [[name, one.MemorySize as number] as const] : [];
  });
  return Object.fromEntries(found);
}

/** Minutes between runs of the sweeper. */
function readInterval(rules: readonly Record<string, any>[]): number {
  const [, minutes] = rules.map(({ ScheduleExpression }) => /^rate\((\d+) minutes?\)$/.exec(String(ScheduleExpression)))
    .find(match => match) ?? [];
  if (minutes === undefined) throw new Error('the sweeper must have a schedule, got: no rule with a rate');
  return Number(minutes);
}

/**
 * Lambda polls a queue with a maximum concurrency by five pollers, and may reduce others to two
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html). Each waits 20 seconds, as the queues say.
 * That a poller is one request at a time, and that FIFO queues have as many, is not documented.
 */
const POLLERS = 5;
const POLLS_PER_MONTH = POLLERS * HOURS_PER_MONTH * 3600 / 20;

/**
 * Metrics of each run of the sweeper, with or without work. CloudWatch bills a metric for the hours that it has values
 * in.
 */
export const SWEEPER_METRICS: readonly MetricName[] = [METRICS.RECORD_DELAY, METRICS.SWEPT, METRICS.SWEEP_FAILURES];

/** Billed by the month, whatever is uploaded or viewed. `sweep` is one run of the sweeper without work. */
export function computeRest(inventory: Inventory, sweep: Usage): Usage {
  const { isTraced, sweeperRunsPerMonth } = inventory;
  return {
    ...multiplyUsage(sweep, sweeperRunsPerMonth),
    secret: inventory.secrets,
    alarm: inventory.alarmMetrics,
    compositeAlarm: inventory.compositeAlarms,
    dashboard: inventory.dashboards,
    metric: SWEEPER_METRICS.length,
    sqsRequest: inventory.standardSources * POLLS_PER_MONTH,
    sqsFifoRequest: inventory.fifoSources * POLLS_PER_MONTH,
    trace: isTraced ? sweeperRunsPerMonth * computeTracedShare(sweeperRunsPerMonth) : 0,
  };
}
