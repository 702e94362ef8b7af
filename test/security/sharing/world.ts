import { answer } from '../../../lambda/http/app';
import type { HttpRequest } from '../../../lambda/http/messages';
import type { ImageRecord, ImageType } from '../../../src/contract';
import { SimulatedService, startOf } from '../../model/simulated-service';

const BASE_URL = 'https://d111111abcdef8.cloudfront.net';

export interface Ask {
  readonly user: string;
  readonly groups?: readonly string[];
  readonly method: string;
  readonly resource: string;
  readonly id?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

/** One service in memory, with its whole HTTP side. Ids, times and request ids are the same in each run. */
export class World {
  private readonly service = new SimulatedService({ processing: 'off', hasCdn: true });

  /** Status, headers and body in one text. The request id is the number of the request. */
  async ask({ user, groups = [], method, resource, id, query = {}, json }: Ask, number: number): Promise<string> {
    const request: HttpRequest = {
      method,
      resource,
      path: resource.replace('{image_id}', id ?? ''),
      parameters: id === undefined ? {} : { image_id: id },
      query: new Map(Object.entries(query).map(([name, value]) => [name, [value]])),
      headers: new Map([
        ['x-user-id', [user]] as const,
        ...groups.length > 0 ? [['x-user-groups', [groups.join(',')]] as const] : [],
      ]),
      body: json === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(json)),
      requestId: `request-${number}`,
    };
    const { status, headers, body = '' } = await answer(request, {
      access: 'iam', deps: this.deps(), corsOrigins: [], onError: error => { throw error; },
    });
    return [status, JSON.stringify(Object.entries(headers).sort()), body].join('\n');
  }

  /** Stores the bytes of a pending image, as the holder of its upload URL does. */
  upload(key: string, type: ImageType = 'image/png'): void {
    this.service.objects.bytes.set(key, Buffer.alloc(8, startOf(type)));
  }

  /** Stands for a worker: gives a ready image a variant. */
  async addVariant(id: string): Promise<void> {
    const variants: ImageRecord['variants'] = [
      { name: 'thumb', format: 'webp', width: 1, height: 1, size: 5, settings: 's' },
    ];
    const { version, updated_at } = this.service.table.rows.get(id) as ImageRecord;
    await this.service.table.write([
      { update: id, set: { variants, attempt: 1, version: version + 1, updated_at }, guard: { status: 'ready' } },
    ]);
  }

  tick(milliseconds: number): void {
    this.service.clock.advance(milliseconds);
  }

  private deps() {
    const signer = {
      sign: async (policy: string) => ({ keyId: 'K', signature: Buffer.from(policy).subarray(0, 64) }),
    };
    return {
      ...this.service.deps(),
      delivery: { mode: 'signed' as const, baseUrl: BASE_URL, urlTtlSeconds: 3600, signer },
    };
  }
}

export function readStatus(text: string): number {
  return Number(text.slice(0, text.indexOf('\n')));
}

export function readJson<T>(text: string): T {
  return JSON.parse(text.split('\n')[2]) as T;
}
