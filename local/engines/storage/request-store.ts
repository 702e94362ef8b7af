import type { Readable } from 'node:stream';
import { CHECKSUM_PREFIX, readExpectations, VerifiedBody } from './checksums';
import { buildS3Error } from './errors';
import type { Objects, StoredObject } from './objects';
import { checkMatch } from './operations';
import { buildTagging, parseTags, type Tagging } from './tags';
import { readHeader, type Wire } from './wire';

/** Headers of a PUT that S3 returns with the object. */
const KEPT = [
  'cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-type', 'expires',
];

interface Range { readonly start: number; readonly end: number }
interface FoundObject {
  readonly metadata: Record<string, string>;
  readonly size: number;
  readonly lastModifiedDate: Date;
  readonly range?: Range;
  readonly content?: Readable | { destroy(): void };
}

/** The store of s3rver's controllers. Made per request, because it depends on the request's headers. */
export class RequestStore {
  constructor(
    private readonly objects: Objects,
    private readonly wire: Wire,
    private readonly onCreated: (key: string, object: StoredObject) => Promise<void>,
  ) {}

  /** Tags only: s3rver must not apply CORS and website rules. */
  async getSubresource(_bucket: string, key: string, type: string): Promise<object | null> {
    const tags = type === 'tagging' ? this.objects.find(key)?.tags : undefined;
    return tags ? buildTagging(tags) : null;
  }

  async putSubresource(_bucket: string, key: string, { rawConfig }: { rawConfig: Tagging }): Promise<void> {
    if (!await this.objects.tag(key, parseTags(rawConfig))) {
      throw buildS3Error('NoSuchKey', 'The specified key does not exist.', { Key: key });
    }
  }

  async existsObject(_bucket: string, key: string): Promise<boolean> {
    return this.objects.find(key) !== undefined;
  }

  async deleteObject(_bucket: string, key: string): Promise<void> {
    await this.objects.delete(key);
  }

  async putObject({ key, content }: { key: string; content: Readable }): Promise<{ size: number; md5: string }> {
    const body = new VerifiedBody(readExpectations(this.wire));
    const object = await this.objects.put(
      key, content, body, pickKeptHeaders(this.wire), this.wire.headers.has('if-none-match'),
    );
    const tags = readHeader(this.wire, 'x-amz-tagging');
    if (tags) await this.objects.tag(key, Object.fromEntries(new URLSearchParams(tags)));
    await this.onCreated(key, object);
    return { size: object.size, md5: object.etag };
  }

  async getObject(_bucket: string, key: string): Promise<FoundObject | null> {
    const object = this.objects.find(key);
    if (!object) return null;
    checkMatch(this.wire, object.etag);
    const range = parseRange(readHeader(this.wire, 'range'), object.size);
    const found = {
      metadata: this.buildMetadata(object, range),
      size: object.size,
      lastModifiedDate: new Date(object.modified),
      range,
    };
    if (range && range.start > range.end) return found;
    return this.withContent(key, object, found);
  }

  private async withContent(key: string, object: StoredObject, found: FoundObject): Promise<FoundObject | null> {
    if (this.wire.method === 'HEAD') return { ...found, content: { destroy: () => undefined } };
    try {
      return {
        ...found,
        content: await this.objects.openContent(object, found.range ?? { start: 0, end: Math.max(0, object.size - 1) }),
      };
    } catch (error) {
      // Replaced or deleted meanwhile.
      if (this.objects.find(key)?.blob !== object.blob) return this.getObject('', key);
      throw error;
    }
  }

  /** Ranges omit the checksum, because it covers the whole object. */
  private buildMetadata(
    { headers, etag, modified, size }: StoredObject, range: Range | undefined,
  ): Record<string, string> {
    const wantsChecksum = !range && readHeader(this.wire, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
    const shown = Object.entries(headers).filter(([name]) => wantsChecksum || !name.startsWith(CHECKSUM_PREFIX));
    return {
      ...Object.fromEntries(shown),
      'etag': `"${etag}"`,
      'last-modified': new Date(modified).toUTCString(),
      'content-length': String(size),
    };
  }
}

function pickKeptHeaders(wire: Wire): Record<string, string> {
  const names = [...wire.headers.keys()].filter(
    name => KEPT.includes(name) || name.startsWith('x-amz-meta-') || name.startsWith(CHECKSUM_PREFIX),
  );
  return {
    'content-type': 'binary/octet-stream',
    ...Object.fromEntries(names.map(name => [name, readHeader(wire, name)!])),
  };
}

/**
 * One range of RFC 9110, section 14.1.2; anything else is ignored, as the RFC allows. `start > end` is unsatisfiable.
 */
function parseRange(value: string | undefined, size: number): Range | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(value ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  if (match[1] === '') {
    return { start: Math.max(0, size - Number(match[2])), end: Number(match[2]) === 0 ? -1 : size - 1 };
  }
  const start = Number(match[1]);
  const last = match[2] === '' ? Infinity : Number(match[2]);
  if (last < start) return undefined;
  return { start, end: Math.min(last, size - 1) };
}
