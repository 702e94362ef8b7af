import type { Cdn, Delivery, Leases } from './deliver/ports';
import type {
  Announcement, FacetRecord, ImageFacts, ImageRecord, ImageType, QueueStatus, Rejection, Remake, VariantDefinition, VariantFormat, VariantRecord,
} from '../../src/contract';

/**
 * What a record must look like for a write to happen. A value of `undefined` demands that the attribute is absent; at least one
 * attribute must be demanded by value, or the guard would hold for a record that is not there.
 */
export type Guard = 'absent' | { readonly [A in keyof ImageRecord]?: ImageRecord[A] | undefined };

export type Write =
  | { readonly put: ImageRecord; readonly guard: Guard }
  | { readonly update: string; readonly set: Partial<ImageRecord>; readonly remove?: readonly (keyof ImageRecord)[]; readonly guard: Guard }
  | { readonly putFacet: FacetRecord }
  | { readonly removeFacet: string };

/** `refused`: a guard did not hold, and `current` is the record that refused it, if there is one. */
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
  /** Go on behind this key. */
  readonly behind?: IndexKey;
}

export interface IndexPage {
  readonly keys: readonly IndexKey[];
  /** Whether the index holds more behind the last key, exactly. */
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
  /** Consistent, in any order, without those that are not there. */
  getMany(imageIds: readonly string[]): Promise<ImageRecord[]>;
  /** All or nothing. Throws `TryAgain` where the store is busy or its answer was lost. */
  write(writes: readonly Write[]): Promise<Outcome>;
  /** May lag by seconds. */
  listByUser(query: IndexQuery): Promise<IndexPage>;
  /** Keys of the records of one partition that are due, oldest first, behind the key `behind`. May lag by seconds. */
  listDue(partition: number, now: number, limit: number, behind?: DueKey): Promise<DueKey[]>;
}

/** Reads the whole table. Apart from `Table`, so that nothing but what an operator asks for can do so: its cost grows with the service. */
export interface TableScan {
  /** Images that are `ready` or `failed`, in an order that stays, behind the one with the id `behind`. May be empty while there is more. */
  readPage(limit: number, behind?: string): Promise<ScanPage>;
}

export interface ScanPage {
  readonly records: readonly ImageRecord[];
  /** How many records of whatever kind were read for these. */
  readonly read: number;
  /** Go on behind this id; undefined at the end. */
  readonly behind?: string;
}

export interface StoredObject {
  readonly size: number;
  readonly etag: string;
  /** Base64, where the store knows it. */
  readonly checksumSha256?: string;
  /** How a client would have to decode the bytes, by a header that the uploader may set at will. */
  readonly contentEncoding?: string;
}

export interface ObjectStore {
  /** `isLikelyAbsent` only makes the call cheaper for an object that is not there. */
  find(key: string, isLikelyAbsent?: boolean): Promise<StoredObject | undefined>;
  /** The leading bytes, or undefined if the object went or changed meanwhile. */
  readStart(key: string, etag: string, length: number): Promise<Uint8Array | undefined>;
  /** SHA-256 of the bytes in base64, or undefined if the object went or changed meanwhile. */
  digest(key: string, etag: string): Promise<string | undefined>;
  /** All bytes, or undefined if the object went or changed meanwhile. */
  read(key: string, etag: string): Promise<Uint8Array | undefined>;
  /** @returns the ETag that the object has from now on */
  put(key: string, bytes: Uint8Array, contentType: string, options?: PutOptions): Promise<string>;
  /** No error if it is not there. */
  delete(key: string): Promise<void>;
  /** Deletes everything whose key begins so, and tells whether there was anything. */
  deleteAll(prefix: string): Promise<boolean>;
}

export interface PutOptions {
  readonly cacheControl?: string;
  /** Made because somebody asked for it: the bucket forgets it after a while. */
  readonly onDemand?: boolean;
}

/** Where workers hear of uploads. Each is heard of at least once, in any order. */
export interface UploadQueue {
  announce(objectKey: string, remake?: Remake): Promise<void>;
}

/** Holds uploads whose owners have their share of workers, and gives out few of one owner at once. Each is heard of at least once. */
export interface SurplusQueue {
  /** `messageId` names the message that brought the upload: the same upload of the same message is added once, where that is within minutes. */
  add(upload: Announcement, owner: string, messageId: string): Promise<void>;
}

/** A message that the queue of uploads has delivered too often, and moved to the dead-letter queue. */
export interface DeadLetter {
  readonly id: string;
  /** What it asks for; undefined where it is none of ours. */
  readonly uploads?: readonly Announcement[];
  /** When it was put on the queue of uploads (epoch milliseconds), where that is known. */
  readonly sentAt?: number;
  /** Removes it from the dead-letter queue. */
  remove(): Promise<void>;
}

export interface OperatorQueues {
  /** A few messages of the dead-letter queue, `most` at most, which nobody is given again for some minutes; none where it is empty. */
  receiveDeadLetters(most: number): Promise<readonly DeadLetter[]>;
  status(): Promise<QueueStatus>;
}

/**
 * What a scanner says of an original. `waiting`: it has not looked yet, and its own event will tell. `unscannable`: it never will.
 * Throws where it cannot tell now: the original stays unreadable, and is asked about again. A `ScannerUnavailable` costs the image no try.
 */
export interface Scanner {
  scan(objectKey: string, etag: string): Promise<'clean' | 'infected' | 'unscannable' | 'waiting' | 'gone'>;
}

/** Originals that a decoder has died of, by the hash of their bytes and the limits that they met. */
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

/** The imaging pipeline. A rejection is a verdict on the image; whatever it throws is a fault of ours, and worth another try. */
export interface Imaging {
  /** The service's set. */
  readonly variants: readonly VariantDefinition[];
  /** The limits and the decoders in one word: what was refused under others may be tried again. */
  readonly limits: string;
  /** Reads what the bytes say of themselves and holds it to the limits, before any decoder sees them. `header` is for `make`. */
  inspect(original: Uint8Array, type: ImageType): { readonly header: unknown } | { readonly rejection: Rejection };
  /**
   * Decodes once and makes these variants of it, in this format, or each in its first. `isFatal`: the decoder had to be killed, or died.
   */
  make(original: Uint8Array, header: unknown, variants: readonly VariantDefinition[], format?: VariantFormat): Promise<MadeImage | ImagingRejection>;
  /** What `make` would make of this variant, in its first format. */
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
  /** Nothing is to be kept, unless it is said how. */
  readonly cacheControl?: string;
}

/** `signedAt` is a whole second: signatures know nothing finer. Lifetimes are seconds. */
export interface UrlSigner {
  upload(grant: UploadGrant, signedAt: number, lifetime: number): Promise<SignedUpload>;
  download(grant: DownloadGrant, signedAt: number, lifetime: number): Promise<string>;
}

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export interface Logger {
  warn(message: string, facts: Readonly<Record<string, unknown>>): void;
}

export interface Metrics {
  count(metric: string, by?: number): void;
}

/** The type that leading bytes show, if it is one that we know. */
export type Sniff = (start: Uint8Array) => ImageType | undefined;

export interface Policy {
  readonly accept: readonly string[];
  readonly maxSize: number;
  readonly urlTtlSeconds: number;
  readonly deletedRecordDays: number;
  /** Whether a worker makes an image of an upload before it is ready. */
  readonly processing: boolean;
}

/** Everything the domain acts through. */
export interface Deps {
  readonly table: Table;
  readonly objects: ObjectStore;
  readonly queue: UploadQueue;
  readonly signer: UrlSigner;
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly sniff: Sniff;
  readonly policy: Policy;
  /** Undefined where variants are not delivered by one. */
  readonly cdn?: Cdn;
}

/** Everything that the API acts through. */
export interface ApiDeps extends Deps {
  readonly delivery: Delivery;
}

export interface WorkerDeps extends Deps {
  readonly imaging: Imaging;
  readonly scanner: Scanner;
  readonly rejectionCache: RejectionCache;
  /** How long a worker has for one image (milliseconds), whatever becomes of it. */
  readonly claimMs: number;
}

/** What bounds the workers that one owner occupies. */
export interface SharingDeps extends WorkerDeps {
  /** Uploads of one owner that are processed at once, before others of theirs move to the surplus queue. */
  readonly share: number;
  readonly slots: Leases;
  readonly surplus: SurplusQueue;
}

export interface OperatorDeps extends Deps {
  readonly queues: OperatorQueues;
  readonly scan: TableScan;
  /** The service's set: what images are compared with. */
  readonly variants: readonly VariantDefinition[];
}
