import { createRandom } from './random';
import type { WidgetMetric } from '../support/dashboard-definition';

/** Periods of five minutes. */
export const POINTS = 288;
/** The hour of the day at which the picture begins and, a day later, ends. */
export const START_HOUR = 18;

/** A moment of the day, as a generator of samples sees it. */
interface Moment {
  /** Load from 0 to 1: little at night, most in the afternoon. */
  readonly load: number;
  /** From 0 to 1: S3 answers slowly and with errors from 12:50 to 13:40. */
  readonly outage: number;
  /** From 0 to 1: the backlog that grows while storage fails, and is gone at 14:30. */
  readonly backlog: number;
  /** From 0 to 1: one user uploads thousands of images from 9:00 to 10:00. */
  readonly import: number;
  readonly random: () => number;
  readonly hour: number;
}

/** A sample; undefined where the metric has no data. */
type Generate = (moment: Moment) => number | undefined;

/** A value that varies a little. */
const near = (value: number, { random }: Moment, spread = 0.08) => value * (1 + spread * (2 * random() - 1));
const perLoad = (most: number, spread?: number): Generate => moment => near(most * moment.load, moment, spread);
const steady = (value: number, spread?: number): Generate => moment => near(value, moment, spread);
const isTime = ({ hour }: Moment, wanted: number) => Math.abs(hour - wanted) < 1 / 24;

const DURATIONS: Readonly<Record<string, Generate>> = {
  Api: perLoad(52_000),
  Sweeper: steady(2600),
  Worker: moment => near(190_000 * (moment.load * (1 - 0.8 * moment.outage) + 1.1 * moment.import), moment),
  Operator: moment => (isTime(moment, 14.75) ? 9000 : undefined),
  Transform: perLoad(48_000, 0.15),
  Invalidations: perLoad(1900, 0.3),
};

const WAITING: Readonly<Record<string, Generate>> = {
  Uploads: moment => Math.round(near(3 * moment.load, moment, 0.9) + 640 * moment.backlog),
  Surplus: moment => Math.round(380 * moment.import * (0.9 + 0.1 * moment.random())),
  Invalidations: moment => Math.round(2 * moment.random() * moment.load),
  DeadLetters: ({ hour }) => (hour >= 13.5 && hour < START_HOUR ? 2 : 0),
};

const AGES: Readonly<Record<string, Generate>> = {
  Uploads: moment => near(4, moment, 0.6) + 1320 * moment.backlog,
  Surplus: moment => 900 * moment.import,
  Invalidations: moment => near(25, moment, 0.9) * moment.load,
};

const CAPACITY: Readonly<Record<string, readonly [read: Generate, write: Generate]>> = {
  table: [perLoad(5200), perLoad(3900)],
  by_user: [perLoad(1500, 0.12), perLoad(900, 0.12)],
  by_due: [steady(160, 0.2), perLoad(2100)],
};

/** By name and statistic. */
const SAMPLES: Readonly<Record<string, Generate>> = {
  'Count Sum': perLoad(2900),
  'RequestsThrottled Sum': moment => (isTime(moment, 9.1) ? 21 : isTime(moment, 9.3) ? 12 : 0),
  '4XXError Average': moment => near(0.004, moment, 0.4) + 0.002 * moment.import,
  '5XXError Average': moment => near(0.0004, moment, 0.9) + 0.021 * moment.outage,
  'Latency p50': moment => near(34, moment) + 60 * moment.outage,
  'Latency p99': moment => near(240 + 60 * moment.load, moment, 0.25) + 3300 * moment.outage,
  'Requests Sum': perLoad(41_000, 0.05),
  '4xxErrorRate Average': moment => near(0.16, moment, 0.25),
  '5xxErrorRate Average': moment => near(0.02, moment, 0.9) + 0.55 * moment.outage,
  'BytesDownloaded Sum': perLoad(2_700_000_000),
  'Invocations Sum': perLoad(120, 0.1),
  'Errors Sum': moment => Math.round(5 * moment.outage * moment.random()),
  'Duration p99': moment => near(700, moment, 0.15) + 1900 * moment.outage,
  'UploadToReady p50': moment => near(1500, moment, 0.15) + 600_000 * moment.backlog,
  'UploadToReady p99': moment => near(4400, moment, 0.3) + 1_350_000 * moment.backlog,
  'ImagesProcessed Sum': moment => near(230 * (moment.load * (1 - 0.85 * moment.outage) + 1.1 * moment.import), moment),
  'ImagesRejected Sum': moment => Math.round(near(9 * moment.load, moment, 0.8) + 6 * moment.import),
  'ImagesFailed Sum': moment => (isTime(moment, 13.5) ? 2 : 0),
  'RecordDelay Maximum': moment => near(150, moment, 0.8),
  'DecodersEnded Sum': ({ random, load }) => (random() < 0.05 * load ? Math.ceil(2 * random()) : 0),
  'PutRequests Sum': moment => near(250 * (moment.load + 1.1 * moment.import), moment),
  'GetRequests Sum': moment => near(310 * (moment.load * (1 - 0.5 * moment.outage) + 1.1 * moment.import), moment),
};

/** A day of samples for a metric of the dashboard: a normal day with one incident. */
export function sampleDay(metric: WidgetMetric): (number | undefined)[] {
  const generate = chooseGenerator(metric);
  const random = createRandom(JSON.stringify([metric.name, metric.options.stat, metric.dimensions]));
  return Array.from({ length: POINTS }, (_, i) => generate(describeMoment((START_HOUR + i / 12) % 24, random)));
}

function chooseGenerator({ name, dimensions, options }: WidgetMetric): Generate {
  const { stat = 'Average', label = '' } = options;
  const byPlace = dimensions.GlobalSecondaryIndexName ?? 'table';
  const found = {
    Duration: stat === 'Sum' ? DURATIONS[label] : undefined,
    ApproximateNumberOfMessagesVisible: WAITING[label.replace('Dead letters', 'DeadLetters')],
    ApproximateAgeOfOldestMessage: AGES[label],
    ConsumedReadCapacityUnits: CAPACITY[byPlace]?.[0],
    ConsumedWriteCapacityUnits: CAPACITY[byPlace]?.[1],
  }[name] ?? SAMPLES[`${name} ${stat}`];
  if (!found) throw new Error(`sample-day.ts must have samples for each metric, got: ${name} ${stat} ${label}`);
  return found;
}

function describeMoment(hour: number, random: () => number): Moment {
  const bump = (center: number, width: number) => Math.exp(-(((hour - center) / width) ** 2));
  const load = 0.14 + 0.5 * bump(10.5, 3) + 0.62 * bump(15.5, 4) + 0.45 * (bump(20.5, 2.2) + bump(-3.5, 2.2));
  return {
    load: Math.min(1, load),
    outage: ramp(hour, 12.8, 12.95, 13.5, 13.65),
    backlog: ramp(hour, 12.85, 13.65, 13.7, 14.5),
    import: ramp(hour, 9, 9.15, 9.7, 10),
    random,
    hour,
  };
}

/** Rises from 0 to 1 between the first two hours, and falls between the last two. */
function ramp(hour: number, begin: number, full: number, ends: number, over: number): number {
  return Math.max(0, Math.min(1, (hour - begin) / (full - begin), (over - hour) / (over - ends)));
}
