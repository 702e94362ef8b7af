import { randomUUID } from 'node:crypto';
import { imageBytes, type AcceptedType } from './images';
import { checkEveryReply } from './invariants';
import type { BatchGetResults, CreateBody, Created, Download, ImagePage, ImageView, Upload } from './model';
import { Reply } from './reply';
import type { WireResponse, TestEnvironment } from '../../environments/environment';
import { exchange, splitUrl } from '../../environments/http';
import { watchInput } from '../../support/watched-output';

export interface CallOptions {
  readonly headers?: Record<string, string> | ReadonlyArray<readonly [string, string]>;
  /** A value to send as JSON; `body` sends raw bytes. */
  readonly json?: unknown;
  readonly body?: string | Uint8Array;
  /** `null` sends no user. */
  readonly user?: string | null;
}

export interface ReadyOptions extends Partial<CreateBody> {
  readonly type?: AcceptedType;
  readonly bytes?: Buffer;
}

/** A product team's client: acts for one user, and checks the rules for all replies on each reply. */
export class Client {
  constructor(
    readonly environment: TestEnvironment, readonly user = `u-${randomUUID()}`, readonly groups: readonly string[] = [],
  ) {}

  async call(method: string, target: string, options: CallOptions = {}): Promise<Reply> {
    const { user = this.user, json, body } = options;
    const given = options.headers ?? [];
    const headers = [...Symbol.iterator in given ? given : Object.entries(given)];
    if (user !== null) headers.unshift(['x-user-id', user]);
    if (user !== null && this.groups.length > 0) headers.push(['x-user-groups', this.groups.join(',')]);
    if (json !== undefined && !headers.some(([name]) => name.toLowerCase() === 'content-type')) {
      headers.push(['content-type', 'application/json']);
    }
    watchInputs({ user, headers, json });
    const payload = json === undefined ? body : JSON.stringify(json);
    const request = { method, target, headers, body: payload === undefined ? undefined : Buffer.from(payload) };
    const reply = new Reply(request, await this.environment.send(request));
    checkEveryReply(reply);
    return reply;
  }

  async create(json: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    return this.call('POST', '/images', { json, headers });
  }

  async createImage(json: CreateBody, headers?: Record<string, string>): Promise<Created> {
    return expectStatus(await this.create(json, headers), 201).json<Created>();
  }

  async confirm(imageId: string): Promise<Reply> {
    return this.call('POST', `/images/${imageId}/confirm`);
  }

  async get(imageId: string): Promise<Reply> {
    return this.call('GET', `/images/${imageId}`);
  }

  async image(imageId: string): Promise<ImageView> {
    return expectStatus(await this.get(imageId), 200).json<ImageView>();
  }

  async batchGet(imageIds: readonly string[], options: CallOptions = {}): Promise<BatchGetResults['results']> {
    const reply = await this.call('POST', '/images/batch-get', { ...options, json: { image_ids: imageIds } });
    return expectStatus(reply, 200).json<BatchGetResults>().results;
  }

  async patch(imageId: string, json: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    return this.call('PATCH', `/images/${imageId}`, { json, headers });
  }

  async delete(imageId: string): Promise<Reply> {
    return this.call('DELETE', `/images/${imageId}`);
  }

  async list(query = ''): Promise<Reply> {
    return this.call('GET', `/images${query && `?${query}`}`);
  }

  async page(query = ''): Promise<ImagePage> {
    return expectStatus(await this.list(query), 200).json<ImagePage>();
  }

  async download(imageId: string, query = ''): Promise<Download> {
    return expectStatus(await this.call('GET', `/images/${imageId}/download${query && `?${query}`}`), 200)
      .json<Download>();
  }

  /** Creates and uploads; the caller confirms. */
  async createUploaded(options: ReadyOptions = {}): Promise<Created> {
    const { type = 'image/jpeg', bytes = imageBytes(type), ...fields } = options;
    const created = await this.createImage({ content_type: type, size: bytes.length, ...fields });
    const stored = await put(created.upload, bytes);
    if (stored.status !== 200) throw new Error(`storage refused an upload: ${stored.status} ${stored.body.toString()}`);
    return created;
  }

  /** Creates, uploads and confirms. */
  async createReady(options: ReadyOptions = {}): Promise<ImageView> {
    const { image_id: id } = await this.createUploaded(options);
    return expectStatus(await this.confirm(id), 200).json<ImageView>();
  }

  /** An image with bytes that do not decode. */
  async createRejected(options: ReadyOptions = {}): Promise<ImageView> {
    const { image_id: id } = await this.createUploaded({
      ...options,
      bytes: Buffer.from('plain text, no image at all'),
    });
    expectStatus(await this.confirm(id), 422);
    return this.image(id);
  }
}

/** Texts of a request that name or describe a person or a picture. */
function watchInputs({ user, headers, json }: Inputs): void {
  const { filename, tags } = (typeof json === 'object' ? json ?? {} : {}) as Partial<CreateBody>;
  [user, filename, ...Array.isArray(tags) ? tags : [], ...headers.map(([, value]) => value)].forEach(watchInput);
}

interface Inputs {
  readonly user: string | null;
  readonly headers: ReadonlyArray<readonly [string, string]>;
  readonly json: unknown;
}

/** Fails with the reply in the message; a bare status would hide it. */
export function expectStatus(reply: Reply, status: number): Reply {
  if (reply.status !== status) throw new Error(`expected ${status}, got: ${reply.toString()}`);
  return reply;
}

/** Sends bytes according to an upload request, with headers changed or omitted (`null`). */
export async function put(
  upload: Upload, bytes: Uint8Array, changes: Record<string, string | null> = {},
): Promise<WireResponse> {
  const headers = Object.entries({ ...upload.headers, ...changes }).filter(
    (pair): pair is [string, string] => pair[1] !== null,
  );
  const { origin, target } = splitUrl(upload.url);
  return exchange(origin, { method: upload.method, target, headers, body: bytes });
}

/** Fetches a download URL as a browser does. */
export async function fetchUrl(url: string, headers: Readonly<Record<string, string>> = {}): Promise<WireResponse> {
  const { origin, target } = splitUrl(url);
  return exchange(origin, { method: 'GET', target, headers: Object.entries(headers) });
}
