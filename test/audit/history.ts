import { type Finding, type Invariant, reporter } from './finding';
import { MAX_TRIES } from '../../src/contract';

/** The state of an image in an answer or a raw row. */
export interface Shown {
  readonly status: string;
  readonly version: number;
  readonly filename: string | null;
  readonly tags: readonly string[];
  readonly shared_with?: readonly string[];
  readonly variants?: readonly { readonly name: string; readonly size?: number | null }[];
}

/** The acknowledged state of an image at the start of an operation on it. */
export interface Known {
  /** The number of the upload among those that one idempotency key started; 0 before any acknowledgement. */
  readonly serial: number;
  readonly version: number;
  readonly status?: string;
  readonly uploaded: boolean;
  readonly deletion?: 'asked' | 'acknowledged';
  readonly deletedAt?: number;
}

interface Entry {
  readonly serial: number;
  /** Even an image without an upload must stay until then (epoch milliseconds). */
  keptUntil: number;
  version: number;
  /** The status, once it has left `pending`. */
  status?: string;
  /** The outcome that the first stored bytes call for. */
  uploaded?: Outcome;
  /** Whether workers may have failed, through no fault of the image. */
  mayFail?: boolean;
  /** The number of counted tries by workers. */
  tries?: number;
  /** Whether an operator has reset its tries. */
  redriven?: boolean;
  deletion?: 'asked' | 'acknowledged';
  deletedAt?: number;
  readonly contents: Map<number, string>;
}

/** The outcome that the bytes call for; `any` if a scanner may change its mind. */
export type Outcome = 'ready' | 'rejected' | 'failed' | 'any';

export interface End {
  readonly status?: string;
  readonly mayFail: boolean;
  /** Whether a redrive may have changed a failed image since. */
  readonly redriven: boolean;
  readonly deletion?: 'asked' | 'acknowledged';
}

const NOTHING: Known = { serial: 0, version: 0, uploaded: false };

/**
 * The acknowledgements of a service to its clients. Every later answer, and in the end the raw rows, must agree with
 * them. An answer may only contradict acknowledgements from before its operation began: see `begin`.
 */
export class History {
  readonly findings: Finding[] = [];
  private readonly entries = new Map<string, Entry>();
  /**
   * The number of unanswered DELETEs of a missing image: they may still delete one that is created under its id
   * meanwhile.
   */
  private readonly roaming = new Map<string, number>();
  private serials = 0;

  constructor(private readonly now: () => number) {}

  ids(): string[] {
    return [...this.entries.keys()];
  }

  begin(imageId: string): Known {
    const entry = this.living(imageId);
    return entry === undefined ? NOTHING : { ...entry, uploaded: entry.uploaded !== undefined };
  }

  /** An answer returned an upload. */
  created(imageId: string, known: Known, keptUntil: number): void {
    if (known.deletion === 'acknowledged') this.report(imageId, 'I5', 'it was deleted, but its upload began again');
    if (known.status !== undefined) {
      this.report(imageId, 'I4', `it was acknowledged as ${known.status}, but its upload began again`);
    }
    const entry = this.living(imageId) ?? this.start(imageId);
    entry.keptUntil = Math.max(entry.keptUntil, keptUntil);
  }

  /**
   * Storage took bytes that call for this status. Only the first PUT counts: later ones meet a taken key or an ended
   * image.
   */
  uploaded(imageId: string, outcome: Outcome): void {
    const entry = this.living(imageId);
    if (entry !== undefined) entry.uploaded ??= outcome;
  }

  /** Its workers have used up all tries. */
  mayFail(imageId: string): void {
    const entry = this.living(imageId);
    if (entry !== undefined) entry.mayFail = true;
  }

  /** A worker tried; after five tries the image fails. */
  tried(imageId: string): void {
    const entry = this.living(imageId);
    if (entry === undefined) return;
    entry.tries = (entry.tries ?? 0) + 1;
    if (entry.tries >= MAX_TRIES) entry.mayFail = true;
  }

  /** An operator resets its tries if it has failed. */
  redriven(imageId: string): void {
    const entry = this.living(imageId);
    if (entry !== undefined) entry.redriven = true;
  }

  /** Returns whether there was nothing to delete; then call `answered` when the DELETE is answered. */
  deletionAsked(imageId: string): boolean {
    const entry = this.living(imageId);
    if (entry !== undefined) entry.deletion ??= 'asked';
    else this.roaming.set(imageId, (this.roaming.get(imageId) ?? 0) + 1);
    return entry === undefined;
  }

  /** A DELETE of a missing image was answered: it has no more effects. */
  answered(imageId: string): void {
    this.roaming.set(imageId, (this.roaming.get(imageId) ?? 0) - 1);
  }

  deletionAcknowledged(imageId: string): void {
    const entry = this.living(imageId);
    if (entry === undefined) return;
    entry.deletion = 'acknowledged';
    entry.deletedAt ??= this.now();
  }

  /** An answer contained the image. */
  shown(imageId: string, known: Known, shown: Shown): void {
    this.hasStatus(imageId, known, shown.status);
    const entry = this.same(imageId, known);
    if (entry === undefined) return;
    if (shown.version < known.version) {
      this.report(imageId, 'I4', `version ${known.version} was acknowledged, but ${shown.version} is shown`);
    }
    this.learn(imageId, entry, shown);
  }

  /** An answer contained the image's status. */
  hasStatus(imageId: string, known: Known, status: string): void {
    const entry = this.same(imageId, known);
    const isRevived = known.status === 'failed' && entry?.redriven === true;
    if (known.deletion === 'acknowledged') {
      this.report(imageId, 'I5', `it was deleted, but is shown as ${status}`);
    } else if (known.status !== undefined && status !== known.status && !isRevived) {
      this.report(imageId, 'I4', `it was acknowledged as ${known.status}, but is shown as ${status}`);
    }
    if (entry !== undefined && status !== 'pending' && status !== 'processing') entry.status = status;
  }

  /** An answer said that its upload is missing. */
  lacksUpload(imageId: string, known: Known): void {
    if (known.uploaded && this.same(imageId, known)?.deletion === undefined) {
      this.report(imageId, 'I4', 'it was uploaded, but its bytes are called missing');
    }
    this.hasStatus(imageId, known, 'pending');
  }

  /** An answer said that there is no such image. */
  absent(imageId: string, known: Known): void {
    const entry = this.same(imageId, known);
    if (entry !== undefined && entry.deletion === undefined) {
      this.report(imageId, 'I4', 'it was acknowledged, but is not there');
    }
  }

  /** The expected end state of each image: nothing unfinished remains. */
  ends(): ReadonlyMap<string, End> {
    return new Map(this.ids().flatMap(id => {
      const entry = this.living(id);
      if (entry === undefined) return [];
      const { deletion, mayFail = false, redriven = false } = entry;
      const called = entry.uploaded === 'any' ? undefined : entry.uploaded;
      return [[id, { status: entry.status ?? called, mayFail, redriven, deletion }]];
    }));
  }

  private learn(imageId: string, entry: Entry, shown: Shown): void {
    const { version, filename, tags, shared_with = [], variants = [] } = shown;
    entry.version = Math.max(entry.version, version);
    const made = variants.map(({ name, size }) => `${name}: ${size ?? null}`);
    const content = JSON.stringify([filename, tags, shared_with, made]);
    const before = entry.contents.get(version) ?? content;
    if (before !== content) this.report(imageId, 'I4', `version ${version} was shown as ${before} and as ${content}`);
    entry.contents.set(version, before);
  }

  /** The image that `known` is about, unless its upload has expired meanwhile. */
  private same(imageId: string, known: Known): Entry | undefined {
    const entry = this.living(imageId);
    return entry?.serial === known.serial ? entry : undefined;
  }

  /** Drops an expired upload without bytes; its idempotency key may start another. */
  private living(imageId: string): Entry | undefined {
    const entry = this.entries.get(imageId);
    if (entry === undefined) return undefined;
    const mayGo = entry.status === undefined && entry.uploaded === undefined && entry.deletion !== 'acknowledged';
    if (!mayGo || this.now() < entry.keptUntil) return entry;
    this.entries.delete(imageId);
    return undefined;
  }

  private start(imageId: string): Entry {
    const entry: Entry = { serial: ++this.serials, keptUntil: 0, version: 0, contents: new Map() };
    if ((this.roaming.get(imageId) ?? 0) > 0) entry.deletion = 'asked';
    this.entries.set(imageId, entry);
    return entry;
  }

  private report(imageId: string, invariant: Invariant, problem: string): void {
    reporter(this.findings, imageId)(invariant, problem);
  }
}
