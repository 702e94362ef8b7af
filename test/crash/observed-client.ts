import { setTimeout as sleep } from 'node:timers/promises';
import { SWEEP } from '../../src/contract';
import type { History, Known, Shown } from '../audit/history';

interface Upload {
  readonly url: string;
  readonly headers: Record<string, string>;
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const PUT_ATTEMPTS = 4;
const PUT_PAUSE_MS = 50;

/** A client of the public API that checks every answer against earlier acknowledgements. Throws if no answer comes. */
export class ObservedClient {
  answers = 0;

  constructor(readonly url: string, readonly user: string, private readonly history: History) {}

  async create(
    declared: Readonly<Record<string, unknown>>, key?: string,
  ): Promise<{ id: string; upload: Upload | null }> {
    const { status, body } = await this.send(
      'POST', '/images', declared, key === undefined ? {} : { 'idempotency-key': key },
    );
    if (status !== 201 && status !== 200) throw unexpected('POST /images', status, body);
    const id = String(body.image_id);
    const upload = body.upload as Upload & { expires_at: string } | null;
    if (upload !== null) {
      this.history.created(id, this.history.begin(id), Date.parse(upload.expires_at) + SWEEP.GRACE_MS);
    }
    return { id, upload };
  }

  /**
   * Sends the PUT again after 409 ConditionalRequestConflict, because S3 may have stored neither of two PUTs that
   * raced. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
   */
  async put(id: string, { url, headers }: Upload, bytes: Buffer, outcome: 'ready' | 'rejected'): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const { status } = await this.putOnce(url, headers, bytes);
      // 412: an earlier PUT landed, and its answer was lost.
      if (status === 200 || status === 412) return this.history.uploaded(id, outcome);
      if (status !== 409 || attempt === PUT_ATTEMPTS) throw unexpected('PUT', status, {});
      await sleep(PUT_PAUSE_MS * 2 ** (attempt - 1));
    }
  }

  async confirm(id: string): Promise<void> {
    const known = this.history.begin(id);
    const { status, body } = await this.send('POST', `/images/${id}/confirm`);
    if (status === 409) this.history.lacksUpload(id, known);
    else if (status === 422) this.history.hasStatus(id, known, 'rejected');
    else this.look(id, known, status, body);
  }

  async get(id: string): Promise<Shown | undefined> {
    const known = this.history.begin(id);
    const { status, body } = await this.send('GET', `/images/${id}`);
    return this.look(id, known, status, body);
  }

  async patch(id: string, changes: Readonly<Record<string, unknown>>): Promise<void> {
    const known = this.history.begin(id);
    const { status, body } = await this.send('PATCH', `/images/${id}`, changes);
    this.look(id, known, status, body);
  }

  async delete(id: string): Promise<void> {
    this.history.deletionAsked(id);
    const { status, body } = await this.send('DELETE', `/images/${id}`);
    if (status !== 204) throw unexpected('DELETE', status, body);
    this.history.deletionAcknowledged(id);
  }

  async download(id: string): Promise<Buffer> {
    const { status, body } = await this.send('GET', `/images/${id}/download`);
    if (status !== 200) throw unexpected('GET download', status, body);
    const response = await fetch(String(body.url));
    if (response.status !== 200) throw unexpected('GET of the original', response.status, {});
    return Buffer.from(await response.arrayBuffer());
  }

  /** The ids of each page. */
  async walk(query: string): Promise<string[][]> {
    const pages: string[][] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { status, body } = await this.send('GET', `/images?${query}${cursor === '' ? '' : `&cursor=${cursor}`}`);
      if (status !== 200) throw unexpected('GET /images', status, body);
      pages.push((body.images as { image_id: string }[]).map(image => image.image_id));
      cursor = body.next_cursor as string | null;
    }
    return pages;
  }

  private async putOnce(url: string, headers: Record<string, string>, bytes: Buffer): Promise<Response> {
    const response = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(bytes) });
    await response.arrayBuffer();
    return response;
  }

  private look(id: string, known: Known, status: number, body: Record<string, unknown>): Shown | undefined {
    if (status === 404) {
      this.history.absent(id, known);
      return undefined;
    }
    if (status !== 200) throw unexpected(`image ${id}`, status, body);
    const shown = body as unknown as Shown;
    this.history.shown(id, known, shown);
    return shown;
  }

  private async send(method: string, path: string, body?: object, more: Record<string, string> = {}): Promise<Answer> {
    const headers = {
      'x-user-id': this.user,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...more,
    };
    const response = await fetch(this.url + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    this.answers++;
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) as Record<string, unknown> };
  }
}

/** An answer that the contract does not allow: unlike a lost answer it is a failure. */
export class UnexpectedAnswer extends Error {}

function unexpected(request: string, status: number, body: object): UnexpectedAnswer {
  return new UnexpectedAnswer(`${request} answered ${status} ${JSON.stringify(body)}`);
}
