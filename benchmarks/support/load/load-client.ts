import type { Answer, HttpClient } from './http-client';
import type { ImageFile } from '../../../local/demo/image-file';

export interface Sample {
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

/** Images that a user keeps before the oldest is deleted: lists have full pages and do not grow. */
const KEPT = 25;

/** A simulated user; takes image after image through its life. */
export class LoadClient {
  readonly samples: Sample[] = [];
  private readonly kept: string[] = [];

  constructor(
    private readonly http: HttpClient,
    private readonly url: string,
    private readonly user: string,
    private readonly picture: ImageFile,
  ) {}

  /** Nine requests to the API and the upload between them; a tenth once there is something to delete. */
  async runCycle(): Promise<void> {
    const id = await this.add();
    if (id === undefined) return;
    const image = `/images/${id}`;
    await this.sendRequest('get', 'GET', image);
    await this.sendRequest('list', 'GET', '/images');
    await this.sendRequest('patch', 'PATCH', image, { tags: ['load', 'sea'], filename: 'renamed.jpg' });
    await this.sendRequest('list by tag', 'GET', '/images?tag=sea');
    await this.sendRequest('get', 'GET', image);
    await this.sendRequest('download', 'GET', `${image}/download`);
    await this.sendRequest('usage', 'GET', '/usage');
    this.kept.push(id);
    if (this.kept.length > KEPT) await this.sendRequest('delete', 'DELETE', `/images/${this.kept.shift()}`);
  }

  private async add(): Promise<string | undefined> {
    const { contentType, size } = this.picture;
    const created = await this.sendRequest('create', 'POST', '/images', {
      content_type: contentType,
      size,
      filename: 'load.jpg',
      tags: ['load'],
    });
    if (created.status !== 201) return undefined;
    const { image_id, upload } = JSON.parse(created.body) as {
      image_id: string;
      upload: { url: string; headers: Record<string, string> };
    };
    const bytes = await this.picture.read();
    await this.measureTime(
      'PUT (storage)', () => this.http.send(upload.url, { method: 'PUT', headers: upload.headers, body: bytes }),
    );
    await this.sendRequest('confirm', 'POST', `/images/${image_id}/confirm`);
    return image_id;
  }

  private sendRequest(route: string, method: string, path: string, body?: object): Promise<Answer> {
    const headers = { 'x-user-id': this.user, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    return this.measureTime(
      route, () => this.http.send(this.url + path, { method, headers, body: body && JSON.stringify(body) }),
    );
  }

  private async measureTime(route: string, work: () => Promise<Answer>): Promise<Answer> {
    const start = performance.now();
    const answer = await work();
    this.samples.push({ route, status: answer.status, ms: performance.now() - start });
    return answer;
  }
}
