import type { Cdn, Delivery, Leases } from './deliver/ports';
import type { Clock, Logger, Metrics } from './runtime-ports';
import type {
  Announcement, FacetRecord, FailedRecord, ImageFacts, ImageRecord, ImageType, QueueStatus, Rejection,
  VariantDefinition, VariantFormat, VariantRecord, VariantsToMake,
} from '../../src/contract';

export type { Clock, Logger, Metrics } from './runtime-ports';

/**
 * Condition of a write on its record. A value of `undefined` demands that the attribute is absent. At least one
 * attribute must have a value, or the guard would hold for an absent record.
 */
export type Guard = 'absent' | { readonly [A in keyof ImageRecord]?: ImageRecord[A] | undefined };

export type Write =
  | { readonly put: ImageRecord; readonly guard: Guard }
  | {
    readonly update: string;
    readonly set: Partial<ImageRecord>;
    readonly remove?: readonly (keyof ImageRecord)[];
    readonly guard: Guard;
  }
  | { readonly putFacet: FacetRecord }
  | { readonly removeFacet: string };

/** Not done: a guard did not hold, and `current` is the record that it met, if there is one. */
export type Outcome = { readonly done: true } | { readonly done: false; readonly current?: ImageRecord };

export interface IndexKey {
  readonly image_id: string;
  readonly created_at: string;
}

export interface IndexQuery {
  /** Partition of `by_user`: an owner, or an owner and a facet. */
  readonly partition: string;
  /** Exclusive bounds of `created_at`. */
  readonly above?: string;
  readonly below?: string;
  readonly descending: boolean;
  readonly limit: number;
  /** Continue after this key. */
  readonly behind?: IndexKey;
}

export interface IndexPage {
  readonly keys: readonly IndexKey[];
  /** Whether the index holds more after the last key, exactly. */
  readonly more: boolean;
}

/** Key of a record in the index of due records. */
export interface DueKey {
  readonly image_id: string;
  readonly due_at: number;
}

export interface Table {
  /** Consistent. */
  get(imageId: string): Promise<ImageRecord | undefined>;
  /** Consistent, in any order, without absent records. */
  getMany(imageIds: readonly string[]): Promise<ImageRecord[]>;
  /** All or nothing. Throws `TryAgain` if the store is busy or its answer was lost. */
  write(writes: readonly Write[]): Promise<Outcome>;
  /** May lag by seconds. */
  listByUser(query: IndexQuery): Promise<IndexPage>;
  /** Keys of the due records of one partition, oldest first, after the key `behind`. May lag by seconds. */
  listDue(partition: number, now: number, limit: number, behind?: DueKey): Promise<DueKey[]>;
}

/**
 * Reads the whole table. Apart from `Table`, so that only an operator's command can do so: its cost grows with the
 * service.
 */
export interface TableScan {
  /**
   * Images that are `ready` or `failed`, in a stable order, after the id `behind`. A page can be empty before the end.
   */
  readPage(limit: number, behind?: string): Promise<ScanPage>;
  /** Images that are `failed`, with these attributes only. May lag by seconds: that halves the cost. */
  readFailed(limit: number, behind?: string): Promise<ScanPage<FailedRecord>>;
}

export interface ScanPage<R = ImageRecord> {
  readonly records: readonly R[];
  /** How many items of every kind were read for these. */
  readonly read: number;
  /** Continue after this id; undefined at the end. */
  readonly behind?: string;
}

export interface StoredObject {
  readonly size: number;
  readonly etag: string;
  /** Base64, if the store knows it. */
  readonly checksumSha256?: string;
  /** When the store received it (epoch milliseconds, to the second), if it is known. */
  readonly storedAt?: number;
  /** The content coding of the bytes, by a header that the uploader may set at will. */
  readonly contentEncoding?: string;
}

export interface ObjectStore {
  /** `isLikelyAbsent` only makes the call cheaper for an absent object. */
  find(key: string, isLikelyAbsent?: boolean): Promise<StoredObject | undefined>;
  /** The leading bytes, or undefined if the object was deleted or changed meanwhile. */
  readStart(key: string, etag: string, length: number): Promise<Uint8Array | undefined>;
  /** SHA-256 of the bytes in base64, or undefined if the object was deleted or changed meanwhile. */
  digest(key: string, etag: string): Promise<string | undefined>;
  /** All bytes, or undefined if the object was deleted or changed meanwhile. */
  read(key: string, etag: string): Promise<Uint8Array | undefined>;
  /** @returns the ETag that the object has from now on */
  put(key: string, bytes: Uint8Array, contentType: string, options?: PutOptions): Promise<string>;
  /** No error if the object is absent. */
  delete(key: string): Promise<void>;
  /** Deletes all objects with this prefix. Returns whether there were any. */
  deleteAll(prefix: string): Promise<boolean>;
}

export interface PutOptions {
  readonly cacheControl?: string;
  /** Made on demand: the bucket expires it after a while. */
  readonly onDemand?: boolean;
}

/** Announces uploads to workers. Each announcement arrives at least once, in any order. */
export interface UploadQueue {
  announce(objectKey: string, which?: VariantsToMake): Promise<void>;
}

/**
 * Holds uploads of owners with a full share of workers, and delivers few of one owner at once. At least once each.
 */
export interface SurplusQueue {
  /**
   * `messageId` names the message of the upload. The same upload of the same message is added once within
   * minutes.
   */
  add(upload: Announcement, owner: string, messageId: string): Promise<void>;
}

/** A message that the queue of uploads delivered too often, and moved to the dead-letter queue. */
export interface DeadLetter {
  readonly id: string;
  /** The uploads that it announces; undefined for a message of another kind. */
  readonly uploads?: readonly Announcement[];
  /** When it was put on the queue of uploads (epoch milliseconds), if that is known. */
  readonly sentAt?: number;
  /** Removes it from the dead-letter queue. */
  remove(): Promise<void>;
}

export interface OperatorQueues {
  /**
   * Up to `most` messages of the dead-letter queue, hidden from others for some minutes; empty if the queue is empty.
   */
  receiveDeadLetters(most: number): Promise<readonly DeadLetter[]>;
  status(): Promise<QueueStatus>;
}

/**
 * Verdict of a scanner on an original. `waiting`: not scanned yet, and an event will follow. `unscannable`: it never
 * can be. Throws if there is no verdict now: the original stays unreadable, and is scanned again. A
 * `ScannerUnavailable` costs the image no try.
 */
export interface Scanner {
  scan(objectKey: string, etag: string): Promise<'clean' | 'infected' | 'unscannable' | 'waiting' | 'gone'>;
}

/** Rejections of originals that killed a decoder, by the hash of their bytes and of the limits. */
export interface RejectionCache {
  recall(hash: string): Promise<Rejection | undefined>;
  remember(hash: string, rejection: Rejection): Promise<void>;
}

export interface MadeVariant extends Omit<VariantRecord, 'size'> {
  readonly bytes: Uint8Array;
}

export interface MadeImage {
  readonly facts: Omit<ImageFacts, 'checksum_sha256'>;
  readonly variants: readonly MadeVariant[];
}

/** The imaging pipeline. A rejection is a verdict on the image; every error is our fault, and worth another try. */
export interface Imaging {
  /** The variants of the service. */
  readonly variants: readonly VariantDefinition[];
  /** The limits and the decoders in one text: a rejection under others does not count. */
  readonly limits: string;
  /** Reads the header and checks it against the limits, before any decoder sees the bytes. `header` is for `make`. */
  inspect(original: Uint8Array, type: ImageType): { readonly header: unknown } | { readonly rejection: Rejection };
  /**
   * Decodes once and makes these variants, in this format, or each in its first. `isFatal`: the decoder died or was
   * killed.
   */
  make(
    original: Uint8Array, header: unknown, variants: readonly VariantDefinition[], format?: VariantFormat
  ): Promise<MadeImage | ImagingRejection>;
  /** The variant as `make` would make it, in its first format. */
  plan(variant: VariantDefinition, image: Pick<ImageFacts, 'width' | 'height' | 'animated'>): VariantRecord;
}

export interface ImagingRejection {
  readonly rejection: Rejection;
  readonly isFatal: boolean;
}

export interface SignedUpload {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface UploadGrant {
  readonly key: string;
  readonly contentType: string;
  readonly size: number;
  readonly checksumSha256?: string;
}

export interface DownloadGrant {
  readonly key: string;
  readonly contentType: string;
  readonly contentDisposition: string;
  /** Without it, caches must not store the answer. */
  readonly cacheControl?: string;
}

/** `signedAt` is a whole second, since signatures have whole seconds. Lifetimes are seconds. */
export interface UrlSigner {
  upload(grant: UploadGrant, signedAt: number, lifetime: number): Promise<SignedUpload>;
  download(grant: DownloadGrant, signedAt: number, lifetime: number): Promise<string>;
}

/** The type of these leading bytes, if it is known. */
export type Sniff = (start: Uint8Array) => ImageType | undefined;

export interface Policy {
  readonly accept: readonly string[];
  readonly maxSize: number;
  readonly urlTtlSeconds: number;
  readonly deletedRecordDays: number;
  /** Whether workers process uploads before they are ready. */
  readonly processing: boolean;
}

/** Everything that the domain depends on. */
export interface Deps {
  readonly table: Table;
  readonly objects: ObjectStore;
  readonly queue: UploadQueue;
  readonly signer: UrlSigner;
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly logger: Logger;
  /** Receives each record that a request acts on, for its log line. */
  readonly onRecord?: (record: ImageRecord) => void;
  readonly metrics: Metrics;
  readonly sniff: Sniff;
  readonly policy: Policy;
  /** Undefined if variants are delivered without a CDN. */
  readonly cdn?: Cdn;
}

/** Everything that the API depends on. */
export interface ApiDeps extends Deps {
  readonly delivery: Delivery;
}

export interface WorkerDeps extends Deps {
  readonly imaging: Imaging;
  readonly scanner: Scanner;
  readonly rejectionCache: RejectionCache;
  /** How long a worker has for one image (milliseconds), in all cases. */
  readonly claimMs: number;
}

/** Dependencies that bound the workers of one owner. */
export interface SharingDeps extends WorkerDeps {
  /** Uploads of one owner processed at once, before more of them move to the surplus queue. */
  readonly share: number;
  readonly slots: Leases;
  readonly surplus: SurplusQueue;
}

export interface OperatorDeps extends Deps {
  readonly queues: OperatorQueues;
  readonly scan: TableScan;
  /** The variants of the service, with which images are compared. */
  readonly variants: readonly VariantDefinition[];
}
