import { computeRest, type Inventory } from './inventory';
import type { Measured, StepName } from './measure';
import { type Compute, convertTally, countTraces } from './model';
import { addUsage, computeDollars, multiplyUsage, PRICES, type PriceId, type Usage } from './prices';

const MILLION = 1_000_000;
const GB = 1e9;
const SECONDS_PER_MONTH = 730 * 3600;
/** Assumed: the share of views that CloudFront answers from its cache, for all sides. */
export const HIT_SHARE = 0.9;
/** Memory of DIT's image handler (commit ac346aa, source/constructs/lib/back-end/back-end-construct.ts). */
const DIT_MIB = 1024;
/** The peer's functions: a full vCPU for the worker as for ours, and as much for its API. */
const NAIVE_MEMORY = { api: 512, worker: 1769 };
/** Default memory of the function that scans with ClamAV. */
export const CLAMAV_MIB = 3008;
/** Amazon S3 User Guide, "CloudWatch metrics": the request metrics of one filter. */
const S3_REQUEST_METRICS = 16;
/** Enough that traces are rare, and few enough that they are not: the table of traces has both. */
export const TRACE_VOLUMES = [MILLION, 10 * MILLION, 100 * MILLION];
export const VIEW_COUNTS = [10, 100, 1000];

/** The input of every figure: measurements, and the resources of the synthesized service by props. */
export interface Basis {
  readonly measured: Measured;
  readonly inventories: Readonly<Record<'default' | 'presignedOnly' | 'withoutProcessing', Inventory>>;
}

export const GROUPS = {
  'API Gateway': ['apiRequest'],
  'Lambda': ['lambdaRequest', 'lambdaArm', 'lambdaX86'],
  'S3': ['s3Write', 's3Read'],
  'DynamoDB': ['writeUnit', 'readUnit'],
  'SQS': ['sqsRequest', 'sqsFifoRequest'],
  'logs': ['logsIngested'],
} as const satisfies Record<string, readonly PriceId[]>;

/** Dollars of some prices in a usage. */
export function pickDollars(usage: Usage, ids: readonly PriceId[]): number {
  return computeDollars(Object.fromEntries(ids.map(id => [id, usage[id] ?? 0])));
}

/** Every figure of the report, in dollars, computed from prices and one basis. */
export class Costs {
  constructor(private readonly basis: Basis) {}

  /** Billed quantities of a million of these steps. */
  use(step: StepName, changes: Partial<Compute> = {}): Usage {
    const isPeer = step === 'uploadNaive' || step === 'ditSmall';
    const compute: Compute = {
      memory: isPeer ? { ...NAIVE_MEMORY, 'image-handler': DIT_MIB } : this.basis.inventories.default.memory,
      architecture: 'lambdaArm',
      hasAccessLogs: !isPeer,
      ...changes,
    };
    return multiplyUsage(convertTally(this.basis.measured.steps[step], compute), MILLION);
  }

  dollars(step: StepName, changes: Partial<Compute> = {}): number {
    return computeDollars(this.use(step, changes));
  }

  /** Each side on arm64. DIT's approach has no records: an upload is one PUT. */
  get uploads(): Readonly<Record<'default' | 'lazy' | 'naive' | 'dit', Usage>> {
    return {
      default: this.use('upload'),
      lazy: this.use('uploadLazy'),
      naive: this.use('uploadNaive'),
      dit: { s3Write: MILLION },
    };
  }

  ratio(own: 'default' | 'lazy', architecture: Compute['architecture'] = 'lambdaArm'): number {
    return computeDollars(this.uploads[own]) / this.dollars('uploadNaive', { architecture });
  }

  /** Traces of a million uploads, by uploads a month. */
  traces(step: StepName, uploadsPerMonth: number): number {
    return computeDollars({ trace: MILLION * countTraces(this.basis.measured.steps[step], uploadsPerMonth) });
  }

  /** A million views of the variant of 640 pixels. */
  get views(): Readonly<Record<'service' | 'naive' | 'dit', Usage>> {
    const { bytes } = this.basis.measured;
    const deliver = (size: number): Usage => ({ cdnRequest: MILLION, cdnTransfer: MILLION * size / GB });
    const misses = MILLION * (1 - HIT_SHARE);
    const { edgeFunctions } = this.basis.inventories.default;
    return {
      service: { ...deliver(bytes.small), edgeFunction: MILLION * edgeFunctions, s3Read: misses },
      naive: { ...deliver(bytes.smallNaive), s3Read: misses },
      dit: addUsage(
        deliver(bytes.smallDit), multiplyUsage(addUsage(this.use('ditSmall'), { apiRequest: MILLION }), 1 - HIT_SHARE),
      ),
    };
  }

  /** A million first requests for an on-demand variant, above those of other views: CloudFront also asks the bucket. */
  firstRequests(step: 'demandSmall' | 'demandLarge'): number {
    return computeDollars(addUsage(this.use(step), { s3Read: MILLION }));
  }

  /** A million images with so many views each, storage left out. */
  life(side: 'default' | 'lazy' | 'naive' | 'dit', views: number): number {
    const view = side === 'default' || side === 'lazy' ? this.views.service : this.views[side];
    const first = side === 'lazy' ? this.firstRequests('demandSmall') : 0;
    return computeDollars(this.uploads[side]) + first + views * computeDollars(view);
  }

  /** The first 1,000 paths of a month are free, and images of one user that go together share a path. */
  get deletes(): { readonly requests: number; readonly paths: number } {
    return { requests: this.dollars('delete'), paths: computeDollars({ invalidation: MILLION }) };
  }

  /** What a prop adds to a million uploads. Negative: it saves. */
  get propChanges(): Readonly<Record<'lazy' | 'allEager' | 'tag' | 'withoutProcessing' | 'presignedOnly' | 'guardDuty'
  | 'clamAvSecond' | 'events' | 'acceleration' | 'x86' | 'workerMemory' | 'apiMemory', number>> {
    const { bytes } = this.basis.measured;
    const { memory } = this.basis.inventories.default;
    const base = this.dollars('upload');
    const originals = MILLION * bytes.original / GB;
    const scan = { lambdaRequest: MILLION, lambdaArm: MILLION * CLAMAV_MIB / 1024 };
    return {
      lazy: this.dollars('uploadLazy') - base,
      allEager: this.dollars('uploadAllEager') - base,
      tag: this.dollars('uploadTagged') - this.dollars('uploadLazy'),
      withoutProcessing: this.dollars('uploadWithoutProcessing') - base,
      presignedOnly: this.dollars('uploadPresignedOnly') - base,
      guardDuty: this.dollars('uploadGuardDuty') - base
        + computeDollars({ malwareObject: MILLION, malwareBytes: originals }),
      clamAvSecond: computeDollars(scan),
      events: computeDollars({ event: MILLION, lambdaRequest: MILLION }),
      acceleration: computeDollars({ acceleration: originals }),
      x86: this.dollars('upload', { architecture: 'lambdaX86' }) - base,
      workerMemory: this.dollars('upload', { memory: { ...memory, worker: 2 * memory.worker } }) - base,
      apiMemory: this.dollars('upload', { memory: { ...memory, api: 2 * memory.api } }) - base,
    };
  }

  rest(props: keyof Basis['inventories']): Usage {
    const { memory, ...inventory } = this.basis.inventories[props];
    const sweep = convertTally(
      this.basis.measured.steps.sweep, { memory, architecture: 'lambdaArm', hasAccessLogs: false },
    );
    return computeRest({ memory, ...inventory }, sweep);
  }

  /** A month of S3's request metrics for originals. S3 publishes those that have requests. */
  get requestMetrics(): number {
    return computeDollars({ metric: S3_REQUEST_METRICS * this.basis.inventories.default.requestMetrics });
  }

  /** One warm instance of the API function for a month. */
  get provisioned(): number {
    const gib = this.basis.inventories.default.memory.api / 1024;
    return computeDollars({ lambdaProvisioned: gib * SECONDS_PER_MONTH });
  }

  /** A month of a million images: originals and the variants made at upload. */
  get storage(): { readonly originals: number; readonly variants: number } {
    const { original, eager } = this.basis.measured.bytes;
    const store = (size: number): number => computeDollars({ s3Storage: MILLION * size / GB });
    return { originals: store(original), variants: store(eager) };
  }
}

export function formatPrice(id: PriceId): string {
  const { usd, per, unit } = PRICES[id];
  const dollars = Number.isInteger(usd * 100) ? usd.toFixed(2) : String(usd);
  const units = per === 1 ? unit : `${per === MILLION ? 'million' : per.toLocaleString('en-US')} ${unit}s`;
  return `$${dollars} per ${units}`;
}
