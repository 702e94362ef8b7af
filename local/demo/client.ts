import { setTimeout as sleep } from 'node:timers/promises';
import type { ImageFile } from './image-file';

/** Enough for the largest image over a slow connection. */
const TIMEOUT_MS = 60_000;

/** PUTs of one upload, and the pause after the first conflict, which doubles. */
const UPLOAD_ATTEMPTS = 4;
const UPLOAD_PAUSE_MS = 200;

export interface ClientOptions {
  readonly url: string;
  readonly user: string;
  readonly fetch?: typeof fetch;
}

interface Upload {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
}

export interface Variant {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly content_type: string;
  /** Null for an on-demand variant that is not made yet. */
  readonly size: number | null;
  readonly url: string;
}

/** The fields of an image that the demo uses. */
export interface Image {
  readonly status: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly animated: boolean | null;
  readonly variants: readonly Variant[];
  readonly rejection: { readonly code: string; readonly message: string } | null;
  readonly created_at: string | null;
  readonly updated_at: string;
}

interface Page {
  readonly images: { readonly image_id: string }[];
  readonly next_cursor: string | null;
}

/** A client of the HTTP API. It depends on nothing else of the service. */
export class ImageClient {
  private readonly send: typeof fetch;

  constructor(private readonly options: ClientOptions) {
    this.send = options.fetch ?? fetch;
  }

  /** Returns whether the service answers. */
  async checkHealth(): Promise<boolean> {
    return this.call('GET', '/health').then(({ status }) => status === 'ok', () => false);
  }

  async create(
    { name, contentType, size }: ImageFile, checksum?: string,
  ): Promise<{ image_id: string; upload: Upload }> {
    const filename = name.slice(name.lastIndexOf('/') + 1);
    return this.call('POST', '/images', { content_type: contentType, size, filename, checksum_sha256: checksum });
  }

  /**
   * Two PUTs that race (this one and an earlier attempt, say) can get 409 ConditionalRequestConflict, and S3 may have
   * stored neither: the PUT is sent again. 412 after a conflict means that the other PUT has stored the object; confirm
   * checks it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
   */
  async upload({ method, url, headers }: Upload, bytes: Buffer): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.send(url, {
        method,
        headers,
        body: new Uint8Array(bytes),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const isStored = response.ok || (response.status === 412 && attempt > 1);
      if (isStored) return;
      if (response.status !== 409 || attempt === UPLOAD_ATTEMPTS) throw await buildError('PUT', url, response);
      await response.arrayBuffer();
      await sleep(UPLOAD_PAUSE_MS * 2 ** (attempt - 1));
    }
  }

  async confirm(id: string): Promise<void> {
    await this.call('POST', `/images/${id}/confirm`);
  }

  async get(id: string): Promise<Image> {
    return this.call('GET', `/images/${id}`);
  }

  async tag(id: string, tags: readonly string[]): Promise<void> {
    await this.call('PATCH', `/images/${id}`, { tags });
  }

  /** Ids of all images with this tag. */
  async list(tag: string): Promise<string[]> {
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query = new URLSearchParams({ tag, limit: '100', ...(cursor === '' ? {} : { cursor }) });
      const page: Page = await this.call('GET', `/images?${query}`);
      ids.push(...page.images.map(image => image.image_id));
      cursor = page.next_cursor;
    }
    return ids;
  }

  async download(id: string): Promise<Buffer> {
    const { url } = await this.call<{ url: string }>('GET', `/images/${id}/download`);
    return (await this.fetchFile(url)).bytes;
  }

  /** Fetches as a browser that supports only the types in `accept`. */
  async fetchFile(url: string, accept = '*/*'): Promise<{ bytes: Buffer; contentType: string }> {
    const response = await this.exchange('GET', url, { headers: { accept } });
    return {
      bytes: Buffer.from(await response.arrayBuffer()),
      contentType: response.headers.get('content-type') ?? '',
    };
  }

  async delete(id: string): Promise<void> {
    await this.exchange('DELETE', `${this.options.url}/images/${id}`, this.buildRequest('DELETE'));
  }

  /** Returns the status of a GET. */
  async fetchStatus(id: string): Promise<number> {
    const response = await this.send(`${this.options.url}/images/${id}`, this.buildRequest('GET'));
    await response.arrayBuffer();
    return response.status;
  }

  async deleteMany(ids: readonly string[]): Promise<number[]> {
    const { results } = await this.call<{ results: { status: number }[] }>('POST', '/images/batch-delete', {
      image_ids: ids,
    });
    return results.map(({ status }) => status);
  }

  private async call<T = Record<string, unknown>>(method: string, path: string, body?: object): Promise<T> {
    const response = await this.exchange(method, this.options.url + path, this.buildRequest(method, body));
    return await response.json() as T;
  }

  private buildRequest(method: string, body?: object): RequestInit {
    const headers = {
      'x-user-id': this.options.user,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    return { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
  }

  private async exchange(method: string, url: string, init: RequestInit = {}): Promise<Response> {
    const response = await this.send(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.ok) return response;
    throw await buildError(method, url, response);
  }
}

/** Messages omit the query: in a presigned URL it is a credential. */
async function buildError(method: string, url: string, response: Response): Promise<Error> {
  return new Error(`${method} ${url.split('?')[0]} answered ${response.status}${explain(await response.text())}`);
}

/** Takes the detail of a problem document, or the code of an S3 error. */
function explain(body: string): string {
  const detail = /"detail":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? /<Code>([^<]*)<\/Code>/.exec(body)?.[1];
  return detail === undefined ? '' : `: ${detail}`;
}
