import type { Answer } from './answer';
import { DELIVERY } from '../../src/contract';

/** Enough for thousands of variants, which have 20 to 200 KB. */
const MAX_BYTES = 256 * 2 ** 20;
/** CloudFront's default, if the origin sends no cache-control. */
const DEFAULT_TTL_SECONDS = 86_400;

interface Entry {
  readonly answer: Answer;
  /** Epoch milliseconds. */
  readonly storedAt: number;
  readonly until: number;
}

export interface Hit {
  readonly answer: Answer;
  /** Seconds. */
  readonly age: number;
}

/** Responses by key. The least recently used one is evicted first. */
export class Cache {
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;

  constructor(private readonly maxBytes = MAX_BYTES) {}

  get size(): number {
    return this.entries.size;
  }

  listKeys(): string[] {
    return [...this.entries.keys()];
  }

  get(key: string): Hit | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.remove(key);
    const now = Date.now();
    if (now >= entry.until) return undefined;
    this.insert(key, entry);
    return { answer: entry.answer, age: Math.max(0, Math.floor((now - entry.storedAt) / 1000)) };
  }

  /**
   * Stores a response if its TTL allows. The cache policy's `minTtl` (seconds) overrides the origin's headers of a 200.
   * Errors have the error caching minimum TTL instead (Developer Guide, "Control how long CloudFront caches errors").
   */
  put(key: string, answer: Answer, minTtl = 0): void {
    const ttl = answer.status === 200
      ? Math.max(minTtl, computeTtl(answer.headers['cache-control']))
      : computeErrorTtl(answer);
    if (ttl <= 0 || answer.body.length > this.maxBytes) return;
    this.remove(key);
    const now = Date.now();
    this.insert(key, { answer, storedAt: now, until: now + ttl * 1000 });
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= this.maxBytes) break;
      this.remove(oldest);
    }
  }

  removeWhere(matches: (key: string) => boolean): void {
    for (const key of this.listKeys()) if (matches(key)) this.remove(key);
  }

  private insert(key: string, entry: Entry): void {
    this.entries.set(key, entry);
    this.bytes += entry.answer.body.length;
  }

  private remove(key: string): void {
    this.bytes -= this.entries.get(key)?.answer.body.length ?? 0;
    this.entries.delete(key);
  }
}

/** Statuses for which CloudFront obeys `no-store`, `no-cache` and `private`. */
const HEEDED = [404, 410, 414, 501];
const UNKEPT = /\b(no-store|no-cache|private)\b/i;

/**
 * TTL in seconds, as in CloudFront: the greater of the origin's `max-age` and the error caching minimum TTL.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
 */
function computeErrorTtl({ status, headers: { 'cache-control': control = '' } }: Answer): number {
  if (HEEDED.includes(status) && UNKEPT.test(control)) return 0;
  return Math.max(status === 404 ? DELIVERY.NOT_FOUND_TTL_SECONDS : 0, parseMaxAge(control) ?? 0);
}

/** TTL in seconds, by the origin's `cache-control`. */
function computeTtl(control: string | undefined): number {
  if (control === undefined) return DEFAULT_TTL_SECONDS;
  return UNKEPT.test(control) ? 0 : parseMaxAge(control) ?? DEFAULT_TTL_SECONDS;
}

function parseMaxAge(control: string): number | undefined {
  const seconds = /\bs-maxage=(\d+)/i.exec(control)?.[1] ?? /\bmax-age=(\d+)/i.exec(control)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
