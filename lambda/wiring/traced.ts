import type { Announcement } from '../../src/contract';
import type { Cdn, CdnSigner, Distribution, Leases } from '../domain/deliver/ports';
import type {
  Imaging, ObjectStore, RejectionCache, Scanner, SurplusQueue, Table, TableScan, UploadQueue, UrlSigner, Write,
} from '../domain/ports';
import type { StepTimes } from '../imaging/pipeline/job';
import { markRejection, readImageId, recordSpan, type Subject, withSpan } from '../runtime/trace';

/** Runs each call of a function in a span. The functions below do so for each port of the domain. */
function traceCalls<A extends unknown[], R>(
  name: string, call: (...args: A) => Promise<R>, describe: (...args: A) => Subject = () => ({}),
): (...args: A) => Promise<R> {
  return (...args) => withSpan(name, describe(...args), () => call(...args));
}

const nameImage = (keyOrId: string): Subject => ({ image_id: readImageId(keyOrId) });

export function traceTable<T extends Partial<Table> & Pick<Table, 'get'>>(table: T): T {
  const { get, getMany, write, listByUser, listDue } = table;
  return {
    ...table,
    get: traceCalls('table get', get, nameImage),
    ...getMany && { getMany: traceCalls('table get many', getMany) },
    ...write && { write: traceCalls('table write', write, ([first]) => nameImage(readWrittenId(first))) },
    ...listByUser && { listByUser: traceCalls('table list by user', listByUser) },
    ...listDue && { listDue: traceCalls('table list due', listDue) },
  };
}

export function traceTableScan({ readPage, readFailed }: TableScan): TableScan {
  return { readPage: traceCalls('table scan', readPage), readFailed: traceCalls('table scan', readFailed) };
}

/** Facets follow the write of their image. */
function readWrittenId(write: Write): string {
  if ('put' in write) return write.put.image_id;
  return 'update' in write ? write.update : '';
}

export function traceObjects(objects: ObjectStore): ObjectStore {
  return {
    find: traceCalls('storage find', objects.find, nameImage),
    readStart: traceCalls('storage read start', objects.readStart, nameImage),
    digest: traceCalls('storage digest', objects.digest, nameImage),
    read: traceCalls('storage read', objects.read, nameImage),
    put: traceCalls('storage put', objects.put, nameImage),
    delete: traceCalls('storage delete', objects.delete, nameImage),
    deleteAll: traceCalls('storage delete all', objects.deleteAll, nameImage),
  };
}

export function traceSigner(signer: UrlSigner): UrlSigner {
  return {
    upload: traceCalls('presign upload', signer.upload, ({ key }) => nameImage(key)),
    download: traceCalls('presign download', signer.download, ({ key }) => nameImage(key)),
  };
}

export function traceCdnSigner(signer: CdnSigner): CdnSigner {
  return { sign: traceCalls('sign policy', signer.sign) };
}

export function traceQueue(queue: UploadQueue): UploadQueue {
  return { announce: traceCalls('queue announce', queue.announce, nameImage) };
}

export function traceSurplus({ add }: SurplusQueue): SurplusQueue {
  return { add: traceCalls('queue surplus', add, ({ object_key: key }) => nameImage(key)) };
}

/** The whole work on one upload. */
export function traceUpload(upload: Announcement, work: () => Promise<void>): Promise<void> {
  return withSpan('process upload', nameImage(upload.object_key), work);
}

export function traceCdn(cdn: Cdn): Cdn {
  return { invalidate: traceCalls('queue invalidation', cdn.invalidate, ({ image_id }) => nameImage(image_id)) };
}

export function traceDistribution({ invalidate }: Distribution): Distribution {
  return { invalidate: traceCalls('invalidate', invalidate) };
}

export function traceScanner(scanner: Scanner): Scanner {
  return { scan: traceCalls('scan', scanner.scan, nameImage) };
}

export function traceLeases(leases: Leases): Leases {
  return {
    take: traceCalls('table take lease', async (id: string, until: number) => {
      const lease = await leases.take(id, until);
      return lease && { release: traceCalls('table release lease', lease.release) };
    }),
  };
}

export function traceRejectionCache({ recall, remember }: RejectionCache): RejectionCache {
  return {
    recall: traceCalls('table recall rejection', recall),
    remember: traceCalls('table remember rejection', remember),
  };
}

/** The span includes the wait for the decoder. */
export function traceImaging(imaging: Imaging): Imaging {
  return {
    ...imaging,
    make: traceCalls('make variants', async (...args: Parameters<Imaging['make']>) => {
      const made = await imaging.make(...args);
      if ('rejection' in made) markRejection(made.rejection.code);
      return made;
    }),
  };
}

/** The decoder's process has just ended these steps, one after the other. */
export function recordSteps({ decode, encode }: StepTimes): void {
  const end = Date.now();
  recordSpan('decode', end - encode - decode, end - encode);
  recordSpan('encode', end - encode, end);
}
