import { request as httpRequest } from 'node:http';
import { S3Client } from '@aws-sdk/client-s3';
import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner';

export const BUCKET = 'images-of-a-test';
export const REGION = 'eu-central-1';
export const CREDENTIALS = { accessKeyId: 'AKIATEST', secretAccessKey: 'a secret of this test' };

/** A presigned request in parts, so that a test can change each part in transit. */
export interface Presigned {
  readonly method: string;
  readonly path: string;
  /** Still encoded, in the order of the URL. */
  readonly query: readonly (readonly [string, string])[];
  /** In the order sent, repeats allowed; `host` among them. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

export interface Signing {
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  readonly region?: string;
  readonly service?: string;
  readonly signedAt?: number;
  readonly expires?: number;
  /** Excludes the host from the signature. */
  readonly anyHost?: boolean;
}

export interface Request {
  readonly method: string;
  readonly key: string;
  readonly headers?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: Buffer;
}

/** Signs as the service does: every named header is signed, and no header moves into the query. */
export async function presign(endpoint: string, wanted: Request, signing: Signing = {}): Promise<Presigned> {
  const { method, key, headers = {}, query = {}, body = Buffer.alloc(0) } = wanted;
  const { hostname, port, host } = new URL(endpoint);
  const {
    credentials = CREDENTIALS, region = REGION, service, signedAt = Date.now(), expires = 300, anyHost = false,
  } = signing;
  const { config } = new S3Client({ region, credentials });
  const names = Object.keys(headers);
  const path = `/${BUCKET}/${key.split('/').map(encode).join('/')}`;
  const signed = await new S3RequestPresigner({ ...config, ...service ? { signingName: service } : {} }).presign(
    { method, protocol: 'http:', hostname, port: Number(port), path, headers: { host, ...headers }, query } as never,
    {
      signingDate: new Date(signedAt),
      expiresIn: expires,
      signableHeaders: new Set(anyHost ? names : ['host', ...names]),
      unsignableHeaders: new Set(anyHost ? ['host'] : []),
      unhoistableHeaders: new Set(names),
      ...service ? { signingService: service } : {},
    },
  );
  const pairs = Object.entries(signed.query ?? {}).map(
    ([name, value]) => [encode(name), encode(String(value))] as const,
  );
  return { method, path, query: pairs, headers: [['host', host], ...Object.entries(headers)], body };
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

export interface Answer {
  readonly status: number;
  /** S3's error code, if the body is an error. */
  readonly code: string | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

/** Sends a request byte for byte as given. */
export async function send(endpoint: string, { method, path, query, headers, body }: Presigned): Promise<Answer> {
  const search = query.map(([name, value]) => `${name}=${value}`).join('&');
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: '127.0.0.1',
      port: new URL(endpoint).port,
      method,
      path: search === '' ? path : `${path}?${search}`,
      headers: headers.flat() as never,
      setHost: false,
    });
    request.on('error', reject);
    request.on('response', response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const content = Buffer.concat(chunks);
        const code = /<Code>(.*?)<\/Code>/.exec(content.toString())?.[1];
        resolve({ status: response.statusCode!, code, headers: response.headers, body: content });
      });
    });
    request.end(body);
  });
}

export function withHeader(request: Presigned, name: string, value: string | undefined): Presigned {
  const others = request.headers.filter(([other]) => other !== name);
  return { ...request, headers: value === undefined ? others : [...others, [name, value]] };
}

export function withQuery(request: Presigned, name: string, value: string | undefined): Presigned {
  const kept = request.query.filter(pair => value !== undefined || pair[0] !== name);
  return { ...request, query: kept.map(pair => pair[0] === name ? [name, value!] as const : pair) };
}

export function withBody(request: Presigned, body: Buffer): Presigned {
  return withHeader({ ...request, body }, 'content-length', String(body.length));
}
