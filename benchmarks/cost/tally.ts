import type { CallKind } from './calls';
import type { Invocation, Recorded } from './metered-service';

/** What one step used, for one image or one request. */
export interface Tally {
  readonly apiRequests: number;
  readonly s3Writes: number;
  readonly s3Reads: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly sqsRequests: number;
  readonly invocations: readonly Invocation[];
}

export function tally(steps: readonly Recorded[]): Tally {
  const calls = steps.flatMap(step => step.calls);
  const count = (kind: CallKind): number => calls.filter(call => call.kind === kind).length;
  return {
    apiRequests: sum(steps.map(step => step.apiRequests)),
    s3Writes: count('s3Write'),
    s3Reads: count('s3Read'),
    writeUnits: sum(calls.map(call => call.writeUnits)),
    readUnits: sum(calls.map(call => call.readUnits)),
    sqsRequests: count('sqs'),
    invocations: steps.flatMap(step => step.invocations),
  };
}

/** The tallies of several rounds with one photo: counts must agree, and of CPU the median counts. */
export function mergeRounds(tallies: readonly Tally[]): Tally {
  const [first] = tallies;
  for (const other of tallies) checkSame(first, other);
  return {
    ...first,
    invocations: first.invocations.map((invocation, i) => ({
      ...invocation,
      cpuMs: median(tallies.map(({ invocations }) => invocations[i].cpuMs)),
    })),
  };
}

/** The mean over photos. */
export function mergePhotos(tallies: readonly Tally[]): Tally {
  const [first] = tallies;
  const mean = (read: (one: Tally) => number): number => round(sum(tallies.map(read)) / tallies.length);
  return {
    apiRequests: mean(one => one.apiRequests),
    s3Writes: mean(one => one.s3Writes),
    s3Reads: mean(one => one.s3Reads),
    writeUnits: mean(one => one.writeUnits),
    readUnits: mean(one => one.readUnits),
    sqsRequests: mean(one => one.sqsRequests),
    invocations: first.invocations.map(({ name }, i) => ({
      name,
      cpuMs: mean(one => one.invocations[i].cpuMs),
      waitMs: mean(one => one.invocations[i].waitMs),
      logBytes: mean(one => one.invocations[i].logBytes),
      logEvents: mean(one => one.invocations[i].logEvents),
    })),
  };
}

const COUNTED = ['apiRequests', 's3Writes', 's3Reads', 'writeUnits', 'readUnits', 'sqsRequests'] as const;

/** The figures of a tally that depend on no machine. */
export function pickCounts(one: Tally): Record<typeof COUNTED[number] | 'invocations', unknown> {
  return {
    ...Object.fromEntries(COUNTED.map(name => [name, one[name]])) as Record<typeof COUNTED[number], number>,
    invocations: one.invocations.map(({ name }) => name),
  };
}

function checkSame(one: Tally, other: Tally): void {
  const [a, b] = [one, other].map(each => JSON.stringify(pickCounts(each)));
  if (a !== b) throw new Error(`each round must make the same calls, got: ${a} and ${b}`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
