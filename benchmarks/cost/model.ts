import type { Usage } from './prices';
import { sum, type Tally } from './tally';

/** Memory of a full vCPU (AWS Lambda Developer Guide, "Configure Lambda function memory"). CPU grows in proportion. */
const ONE_CPU_MIB = 1769;
/** START, END and REPORT, which Lambda writes for each call: bytes and lines. */
const PLATFORM_LOG = { bytes: 420, events: 3 };
/** A line of API Gateway's access log in the service's format. */
const ACCESS_LOG = { bytes: 480, events: 1 };
/** CloudWatch Logs adds this to each line. */
const EVENT_BYTES = 26;
const GB = 1e9;

export type Architecture = 'lambdaArm' | 'lambdaX86';

export interface Compute {
  /** MiB of each function. */
  readonly memory: Readonly<Record<string, number>>;
  readonly architecture: Architecture;
  readonly hasAccessLogs: boolean;
}

/**
 * Billed milliseconds of one warm call: its CPU at the function's share of a vCPU, and the time that it waits for AWS.
 * A function uses one vCPU at most, as decoders do.
 */
export function computeBilledMs(cpuMs: number, waitMs: number, memoryMib: number): number {
  return Math.ceil(cpuMs / Math.min(1, memoryMib / ONE_CPU_MIB) + waitMs);
}

/** Converts the measured calls and CPU of one step to billed quantities. */
export function convertTally(one: Tally, { memory, architecture, hasAccessLogs }: Compute): Usage {
  const gbSeconds = one.invocations.map(({ name, cpuMs, waitMs }) => {
    const mib = memory[name];
    if (mib === undefined) throw new Error(`the memory of each function must be known, got none for: ${name}`);
    return computeBilledMs(cpuMs, waitMs, mib) / 1000 * mib / 1024;
  });
  const access = hasAccessLogs ? one.apiRequests * (ACCESS_LOG.bytes + ACCESS_LOG.events * EVENT_BYTES) : 0;
  const logBytes = one.invocations.map(({ logBytes: bytes, logEvents }) => (
    bytes + PLATFORM_LOG.bytes + (logEvents + PLATFORM_LOG.events) * EVENT_BYTES));
  return {
    apiRequest: one.apiRequests,
    lambdaRequest: one.invocations.length,
    [architecture]: sum(gbSeconds),
    s3Write: one.s3Writes,
    s3Read: one.s3Reads,
    writeUnit: one.writeUnits,
    readUnit: one.readUnits,
    sqsRequest: one.sqsRequests,
    logsIngested: (access + sum(logBytes)) / GB,
  };
}

const SECONDS_PER_MONTH = 730 * 3600;

/**
 * The share of requests that X-Ray's default rule records: the first of each second and 5 % of the others. Requests
 * arrive independently.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html
 */
export function computeTracedShare(requestsPerMonth: number): number {
  const rate = requestsPerMonth / SECONDS_PER_MONTH;
  const first = rate === 0 ? 1 : (1 - Math.exp(-rate)) / rate;
  return first + 0.05 * (1 - first);
}

/** Traces of one image: those of the API share one rule, and each function behind a queue has its own. */
export function countTraces(one: Tally, imagesPerMonth: number): number {
  const others = one.invocations.length - one.apiRequests;
  return one.apiRequests * computeTracedShare(one.apiRequests * imagesPerMonth)
    + others * computeTracedShare(others * imagesPerMonth);
}
