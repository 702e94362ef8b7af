import { readFile } from 'node:fs/promises';
import { computeWaitMs } from './calls';
import { MeteredService, type Recorded } from './metered-service';
import { Walk } from './walk';
import { buildDefaultVariants, CDN_VARIANTS, CLEAN, encodeVariants, SCAN_TAGS, type VariantDefinition } from '../../src/contract';

/** Edges of the default variants, for the naive peer too: both sides make the same pictures. */
export const EDGES = buildDefaultVariants(CDN_VARIANTS).map(({ width }) => width!);

/** A service under measurement, and the work of one uploaded photo. */
export interface Side {
  readonly name: string;
  upload(photo: string): Promise<Upload>;
  stop(): Promise<void>;
}

export interface Upload {
  readonly steps: readonly Recorded[];
  readonly imageId: string;
}

export interface OwnSide extends Side {
  readonly walk: Walk;
}

interface OwnOptions {
  readonly variants?: readonly VariantDefinition[];
  readonly hasCdn?: boolean;
  readonly processing?: boolean;
  readonly tags?: readonly string[];
  readonly scanner?: 'none' | 'guardduty';
}

/** The service, from create to `ready`. */
export async function startOwnSide(name: string, options: OwnOptions = {}): Promise<OwnSide> {
  const { hasCdn = true, processing = true, scanner = 'none', variants, tags } = options;
  const service = await MeteredService.start({
    api: 'api',
    processing,
    hasCdn,
    environment: { SCANNER: scanner, OWNER_SHARE: '2', ...variants && { VARIANTS: encodeVariants(variants) } },
  });
  const walk = new Walk(service, tags);
  const upload = async (photo: string): Promise<Upload> => {
    const created = await walk.create(photo);
    const confirmed = await walk.confirm(created.result);
    const steps: Recorded[] = [created, confirmed];
    if (processing) steps.push(await walk.process(created.events[0]));
    if (scanner === 'guardduty') {
      const result = { [SCAN_TAGS.guardduty]: CLEAN };
      steps.push(await service.record(async () => service.tagObject(readObjectKey(created.events[0]), result)));
      steps.push(await walk.process(buildScanResult(created.events[0])));
    }
    const ready = await walk.get(created.result);
    if (ready.result.status !== 'ready') throw new Error(`${name}: an image must be ready, got: ${ready.result.status}`);
    return { steps, imageId: created.result };
  };
  return { name, walk, upload, stop: async () => service.stop() };
}

/** The full-stack peer: a create, a PUT, and a function that S3 calls for each new object. */
export async function startNaiveSide(api: string, worker: string): Promise<Side> {
  const service = await MeteredService.start({
    api,
    processing: true,
    hasCdn: false,
    guardsOriginals: false,
    environment: { IMAGE_SIDES: EDGES.join(','), POWERTOOLS_SERVICE_NAME: 'naive', POWERTOOLS_METRICS_NAMESPACE: 'naive' },
  });
  const walk = new Walk(service);
  return {
    name: 'naive',
    upload: async photo => {
      const created = await walk.create(photo);
      // The function is also the peer of P6, which reads S3's events from a queue.
      const batch = { Records: [{ body: created.events[0] }] };
      const made = await service.record(async () => service.invoke(worker, batch, 'worker'));
      return { steps: [created, countWaitsOfEnds(made)], imageId: created.result };
    },
    stop: async () => service.stop(),
  };
}

/** Its other PUTs run beside the encoders, so the function does not wait for them. */
function countWaitsOfEnds(made: Recorded): Recorded {
  const [get, ...others] = made.calls;
  const waitMs = computeWaitMs([get, ...others.slice(-2)]);
  return { ...made, invocations: made.invocations.map(invocation => ({ ...invocation, waitMs })) };
}

export interface TransformSide {
  transform(photo: string, side: number, format: string): Promise<Recorded & { readonly bytes: number }>;
  stop(): Promise<void>;
}

/** DIT's approach: a function transforms the original at every cache miss. */
export async function startTransformSide(handler: string): Promise<TransformSide> {
  const service = await MeteredService.start({ api: 'api', processing: true, hasCdn: false, environment: {} });
  return {
    transform: async (photo, side, format) => {
      await service.putObject('peer/original', await readFile(photo));
      const recorded = await service.record(
        async () => service.invoke(handler, { key: 'peer/original', side, format }, 'image-handler'),
      );
      const { body } = recorded.result as { body: string };
      return { ...recorded, bytes: Buffer.byteLength(body, 'base64') };
    },
    stop: async () => service.stop(),
  };
}

/** The variants, all of them made on demand. */
export function makeLazy(variants: readonly VariantDefinition[]): VariantDefinition[] {
  return variants.map(variant => ({ ...variant, generation: 'on-demand' }));
}

export function makeEager(variants: readonly VariantDefinition[]): VariantDefinition[] {
  return variants.map(variant => ({ ...variant, generation: 'eager' }));
}

interface S3Event {
  readonly Records: readonly [{ readonly s3: { readonly bucket: { name: string }; readonly object: { key: string } } }];
}

function readObjectKey(event: string): string {
  return decodeURIComponent((JSON.parse(event) as S3Event).Records[0].s3.object.key);
}

/** https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html */
function buildScanResult(event: string): string {
  const [{ s3 }] = (JSON.parse(event) as S3Event).Records;
  return JSON.stringify({
    'detail-type': 'GuardDuty Malware Protection Object Scan Result',
    'source': 'aws.guardduty',
    'detail': { s3ObjectDetails: { bucketName: s3.bucket.name, objectKey: readObjectKey(event) } },
  });
}
