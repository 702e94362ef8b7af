import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import sharp from 'sharp';
import { type Started, startFunction } from '../runtime-interface/execution-environment';
import { startServices } from '../runtime-interface/services';

/** Texts that no span may hold. */
export const CANARIES = { user: 'canary-user', filename: 'canary-file.png', tag: 'canary-tag', path: 'canary-path' };

export interface Upload {
  readonly id: string;
  readonly key: string;
}

/** Built functions under AWS's runtime client and on the local engines, with the layer or without it. */
export class Functions {
  services!: Awaited<ReturnType<typeof startServices>>;
  private readonly folder = mkdtempSync(join(tmpdir(), 'layer-'));
  private readonly running: Started[] = [];

  async open(): Promise<void> {
    this.services = await startServices();
    // Functions run as another user.
    chmodSync(this.folder, 0o755);
    const source = join(__dirname, 'layer.ts');
    await build({ entryPoints: [source], outfile: this.layer, bundle: true, platform: 'node', target: 'node24' });
  }

  async start(name: string, env: Readonly<Record<string, string>> = {}, hasLayer = true): Promise<Started> {
    const layer: Record<string, string> = hasLayer ? { NODE_OPTIONS: `--require ${this.layer}` } : {};
    const started = await startFunction(name, { ...this.services.env, ...layer, ...env });
    this.running.push(started);
    return started;
  }

  async stop(): Promise<void> {
    for (const started of this.running.splice(0)) await started.stop();
  }

  async close(): Promise<void> {
    await this.services.close();
    rmSync(this.folder, { recursive: true });
  }

  private get layer(): string {
    return join(this.folder, 'layer.js');
  }

  /** Creates an image and uploads its bytes. */
  async upload(api: Started): Promise<Upload> {
    const create = { width: 400, height: 300, channels: 3, background: '#996633' } as const;
    const bytes = await sharp({ create }).png().toBuffer();
    const { filename, tag } = CANARIES;
    const body = { content_type: 'image/png', size: bytes.length, filename, tags: [tag] };
    const { image_id: id, upload: { url, headers } } = await send(api, 'POST /images', { body });
    const { status } = await fetch(url, { method: 'PUT', headers, body: bytes });
    if (status !== 200) throw new Error(`the upload must be accepted, got: ${status}`);
    return { id, key: (await this.services.service.rows.get(id))!.object_key };
  }
}

/** Sends a request to the API function, as API Gateway does. */
export async function send(api: Started, route: string, request: { id?: string; body?: object } = {}): Promise<any> {
  const [httpMethod, resource] = route.split(' ');
  const { id = '', body } = request;
  const posted = await api.invoke({
    resource,
    path: resource.replace('{image_id}', id),
    httpMethod,
    headers: {},
    multiValueHeaders: { 'x-user-id': [CANARIES.user], 'content-type': ['application/json'] },
    multiValueQueryStringParameters: null,
    pathParameters: { image_id: id },
    body: body === undefined ? null : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: { requestId: 'r-1', path: resource, identity: {} },
  });
  const { statusCode, body: text } = JSON.parse(posted.body.toString());
  return { status: statusCode, ...text && JSON.parse(text) };
}

/** Delivers the event of an upload to the worker, and returns its answer. */
export async function deliverUpload(worker: Started, { key }: Upload): Promise<unknown> {
  const posted = await worker.invoke({
    Records: [{
      messageId: 'm-1',
      receiptHandle: 'r-1',
      body: JSON.stringify({ object_key: key }),
      attributes: { ApproximateReceiveCount: '1' },
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:images',
    }],
  });
  return JSON.parse(posted.body.toString());
}
