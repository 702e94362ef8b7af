import { readFile } from 'node:fs/promises';
import type { MeteredService, Recorded } from './metered-service';

interface ImageJson {
  readonly image_id: string;
  readonly status: string;
  readonly size: number;
  readonly variants?: readonly VariantJson[];
}

interface VariantJson {
  readonly name: string;
  readonly url: string;
  /** Absent before an on-demand variant is made. */
  readonly size?: number;
}

interface Created extends ImageJson {
  readonly upload: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
}

const USER = { 'x-user-id': 'alice' };

/** The steps of an image's life, as clients and AWS take them. */
export class Walk {
  constructor(private readonly service: MeteredService, private readonly tags: readonly string[] = []) {}

  async create(photo: string): Promise<Recorded & { readonly result: string }> {
    const bytes = await readFile(photo);
    const declared = { content_type: 'image/jpeg', filename: 'beach.jpg', size: bytes.length };
    return this.service.record(async () => {
      const body = JSON.stringify({ ...declared, ...this.tags.length > 0 && { tags: this.tags } });
      const { image_id, upload } = await this.call<Created>('POST', '/images', 201, body);
      const put = await fetch(upload.url, { method: 'PUT', headers: withoutLength(upload.headers), body: bytes });
      if (put.status !== 200) throw new Error(`the PUT must answer 200, got: ${put.status} ${await put.text()}`);
      return image_id;
    });
  }

  async confirm(imageId: string): Promise<Recorded> {
    return this.service.record(async () => this.call('POST', `/images/${imageId}/confirm`, 200));
  }

  /** The worker takes a message of S3 or EventBridge. */
  async process(body: string): Promise<Recorded> {
    return this.service.record(async () => {
      await this.service.send(body);
      await this.service.deliver('worker');
    });
  }

  async get(imageId: string): Promise<Recorded & { readonly result: ImageJson }> {
    return this.service.record(async () => this.call<ImageJson>('GET', `/images/${imageId}`, 200));
  }

  async list(limit: number): Promise<Recorded> {
    return this.service.record(async () => this.call('GET', `/images?limit=${limit}`, 200));
  }

  /** The first request for an on-demand variant, after CloudFront has found no object in the bucket. */
  async transform(path: string): Promise<Recorded & { readonly bytes: number }> {
    const recorded = await this.service.record(async () => this.service.invoke('transform', path));
    const { status, bytes } = recorded.result as { status: number; bytes: number };
    if (status !== 200) throw new Error(`the transform function must answer 200 to ${path}, got: ${status}`);
    return { ...recorded, bytes };
  }

  /** The API deletes the objects and queues the invalidation, which the invalidator sends to CloudFront. */
  async delete(imageId: string): Promise<Recorded> {
    const queue = this.service.place.queues!.invalidationQueueUrl;
    return this.service.record(async () => {
      await this.call('DELETE', `/images/${imageId}`, 204);
      await this.service.deliver('invalidator', queue);
    });
  }

  async sweep(): Promise<Recorded> {
    return this.service.record(async () => this.service.invoke('sweeper', {}));
  }

  private async call<T>(method: string, path: string, status: number, body?: string): Promise<T> {
    const response = await fetch(`${this.service.url}${path}`, {
      method,
      body,
      headers: { ...USER, ...body !== undefined && { 'content-type': 'application/json' } },
    });
    const text = await response.text();
    if (response.status !== status) {
      throw new Error(`${method} ${path} must answer ${status}, got: ${response.status} ${text}`);
    }
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}

/** `fetch` sets the length itself. */
function withoutLength(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-length'));
}
