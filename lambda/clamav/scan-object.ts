import type { Clamd } from './clamd';
import { MOST_BYTES } from './clamd-config';
import type { Engine } from './engine';
import { type Verdict, parseVerdict } from './verdict';
import { CLEAN, parseImageId, type ScanAnswer, type ScanRequest, type ScanResult } from '../../src/contract';
import { ServiceError } from '../domain/errors';
import type { Log, OpenedObject, ScannedObjects } from '../domain/scan-ports';

export interface ScanDeps {
  readonly objects: ScannedObjects;
  readonly engine: Engine;
  /** Size limit of uploads. */
  readonly maxBytes: number;
  readonly log: Log;
  now(): number;
}

/** Verdicts on the bytes, which replace earlier ones. */
const WRITTEN: readonly ScanResult[] = [CLEAN, 'THREATS_FOUND'];

/**
 * Scans one version of an original and tags it with the result. The bucket policy allows reads by this tag. No error
 * makes it clean. `endsAt`: deadline for the answer (epoch milliseconds).
 * A scan without a verdict writes nothing. An original without a tag is as unreadable as one with a failed scan. One
 * that was clean before, and is scanned again for new variants, must stay readable through an outage.
 */
export async function scanObject(
  deps: ScanDeps, { object_key: key, etag }: ScanRequest, endsAt: number,
): Promise<ScanAnswer> {
  // Without an ETag, any version would match.
  if (!key || !etag) {
    throw new ServiceError(
      `object_key and etag must be given, got: ${JSON.stringify({ image_id: key && parseImageId(key), etag })}`,
    );
  }
  const verdict = await examine(deps, key, etag, endsAt);
  if (verdict === 'gone' || verdict === 'unavailable') return { result: verdict };
  if (!WRITTEN.includes(verdict.result)) return { result: verdict.result };
  if (!await deps.objects.tag(key, verdict.result)) return { result: 'gone' };
  if (verdict.result !== CLEAN || await deps.objects.isThere(key, etag)) return { result: verdict.result };
  // Tags belong to a key: meanwhile the key has other bytes, which are not scanned.
  await deps.objects.tag(key, 'FAILED');
  return { result: 'gone' };
}

async function examine(
  deps: ScanDeps, key: string, etag: string, endsAt: number,
): Promise<Verdict | 'gone' | 'unavailable'> {
  const clamd = await waitForClamd(deps, endsAt);
  if (clamd === undefined) return 'unavailable';
  try {
    const object = await deps.objects.open(key, etag);
    if (object === 'gone') return 'gone';
    if (object === 'denied') return { result: 'ACCESS_DENIED' };
    if (object.size > Math.min(deps.maxBytes, MOST_BYTES)) return skipUnsupported(object);
    const verdict = parseVerdict(await clamd.scan(object.bytes, object.size, Math.max(1, endsAt - deps.now())));
    if (verdict.result !== CLEAN) deps.log.warn('the original is not clean', { image_id: parseImageId(key), ...verdict });
    return verdict;
  } catch (error) {
    deps.log.warn('scan of an original failed', { image_id: parseImageId(key), error });
    return { result: 'FAILED' };
  }
}

/** Undefined without a clamd: then no original can be scanned. */
async function waitForClamd(deps: ScanDeps, endsAt: number): Promise<Clamd | undefined> {
  try {
    return await limitWait(endsAt - deps.now(), deps.engine.getClamd(deps.now()));
  } catch (error) {
    deps.log.warn('the scanner is unavailable', { error });
    return undefined;
  }
}

function skipUnsupported({ bytes }: OpenedObject): Verdict {
  bytes.destroy();
  return { result: 'UNSUPPORTED' };
}

/** Stops waiting, but not the work: a clamd that is still loading will be ready for the next scan. */
async function limitWait<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new ServiceError(`clamd was not ready within ${milliseconds} ms`)), Math.max(1, milliseconds),
    );
  });
  // It may fail after the wait has ended.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
