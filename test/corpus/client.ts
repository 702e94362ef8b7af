import { setTimeout as sleep } from 'node:timers/promises';
import type { Rejection, RejectionCode } from '../../src/contract';

/** The outcome of a file in the service. `hung`: no outcome within the maximum time for a verdict. */
export interface Ending {
  readonly status: 'ready' | 'rejected' | 'failed' | 'hung' | 'refused';
  readonly code?: RejectionCode;
  /** Milliseconds from the response to confirm. */
  readonly ms: number;
}

const PATIENCE_MS = 120_000;
const POLL_MS = 50;
const USER = { 'x-user-id': 'corpus' };

interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Image {
  readonly status: string;
  readonly rejection: Rejection | null;
}

/** A client of the HTTP API that keeps the responses. */
export class CorpusClient {
  /** Responses of the API that mention a decoder. */
  readonly leaks: string[] = [];

  constructor(private readonly url: string) {}

  async send(bytes: Buffer, contentType: string): Promise<Ending> {
    const created = await this.api('POST', '/images', { content_type: contentType, size: bytes.length });
    if (created.status !== 201) throw new Error(`POST /images must answer 201, got: ${created.status} ${created.body}`);
    const { image_id: id, upload } = JSON.parse(created.body) as {
      image_id: string;
      upload: { url: string; headers: Record<string, string> };
    };
    const put = await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: new Uint8Array(bytes) });
    if (!put.ok) throw new Error(`the upload must be taken, got: ${put.status} ${await put.text()}`);
    const confirmed = await this.api('POST', `/images/${id}/confirm`);
    if (confirmed.status === 422) return { status: 'rejected', code: readRejection(confirmed.body).code, ms: 0 };
    if (confirmed.status !== 200) {
      throw new Error(`confirm must answer 200 or 422, got: ${confirmed.status} ${confirmed.body}`);
    }
    return this.ending(id);
  }

  private async ending(id: string): Promise<Ending> {
    const start = performance.now();
    for (;;) {
      const { status, rejection } = JSON.parse((await this.api('GET', `/images/${id}`)).body) as Image;
      const ms = performance.now() - start;
      if (status === 'ready' || status === 'rejected' || status === 'failed') {
        return { status, code: rejection?.code, ms };
      }
      if (ms > PATIENCE_MS) return { status: 'hung', ms };
      await sleep(POLL_MS);
    }
  }

  private async api(method: string, path: string, body?: object): Promise<Answer> {
    const headers = { ...USER, ...body && { 'content-type': 'application/json' } };
    const response = await fetch(this.url + path, { method, headers, body: body && JSON.stringify(body) });
    const answer = { status: response.status, body: await response.text() };
    if (speaksOfDecoder(answer.body)) this.leaks.push(answer.body);
    return answer;
  }
}

function readRejection(body: string): Rejection {
  return (JSON.parse(body) as { rejection: Rejection }).rejection;
}

const DECODERS =
  /vips|libheif|libpng|libspng|libjpeg|libwebp|nsgif|cgif|dav1d|libde265|libaom|sharp|Huffman|node_modules|\bat \//i;

/** Signatures and ids are random and may contain any word. */
export function speaksOfDecoder(body: string): boolean {
  return DECODERS.test(
    body.replace(/"https?:[^"]*"/g, '""').replace(/"(image_id|instance|placeholder|thumbhash)":\s*"[^"]*"/g, ''),
  );
}
