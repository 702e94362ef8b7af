import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { groupHeaders } from '../http/raw-headers';

export interface Credentials { readonly accessKeyId: string; readonly secretAccessKey: string }

export type SignatureFault = 'unsigned' | 'unknown access key' | 'wrong signature';

interface Authorization {
  readonly accessKeyId: string;
  /** `<day>/<region>/<service>/aws4_request` */
  readonly scope: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const HEADER =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;

/** The checks without the body, so that the body of an unknown client is never read. */
export function checkAuthorization(request: IncomingMessage, { accessKeyId }: Credentials): SignatureFault | undefined {
  const authorization = parseAuthorization(request);
  if (authorization === undefined) return 'unsigned';
  return authorization.accessKeyId === accessKeyId ? undefined : 'unknown access key';
}

/**
 * Checks Signature Version 4 in the `Authorization` header (IAM user guide, "Create a signed AWS API request").
 * Every process of the machine can reach the port, so only the secret identifies the service's functions.
 */
export function checkSignature(
  request: IncomingMessage, body: Buffer, credentials: Credentials,
): SignatureFault | undefined {
  const authorization = parseAuthorization(request);
  if (authorization === undefined) return 'unsigned';
  const { scope, signature } = authorization;
  const headers = groupHeaders(request.rawHeaders);
  const toSign = ['AWS4-HMAC-SHA256', headers.get('x-amz-date')?.[0]
    ?? '', scope, hashSha256(buildCanonicalRequest(request, headers, authorization, body))].join('\n');
  const key = [...scope.split('/'), toSign].reduce<Buffer | string>((
    secret, part,
  ) => computeHmac(secret, part), `AWS4${credentials.secretAccessKey}`) as Buffer;
  return timingSafeEqual(key, Buffer.from(signature, 'hex')) ? undefined : 'wrong signature';
}

function parseAuthorization({ headers }: IncomingMessage): Authorization | undefined {
  const [, accessKeyId, scope, signedHeaders, signature] = HEADER.exec(headers.authorization ?? '') ?? [];
  return accessKeyId === undefined
    ? undefined
    : { accessKeyId, scope, signedHeaders: signedHeaders.split(';'), signature };
}

function buildCanonicalRequest(
  {
    method = '', url = '/',
  }: IncomingMessage, headers: ReadonlyMap<string, readonly string[]>, { signedHeaders }: Authorization, body: Buffer,
): string {
  const [path, query = ''] = url.split('?', 2);
  const lines = signedHeaders.map(
    name => `${name}:${(headers.get(name) ?? []).map(value => value.trim().replace(/ +/g, ' ')).join(',')}\n`,
  );
  // Unlike S3, other services sign the path encoded twice.
  const canonicalPath = path.split('/').map(segment => encode(segment)).join('/');
  return [method, canonicalPath, query.split('&')
    .sort()
    .join('&'), lines.join(''), signedHeaders.join(';'), hashSha256(body)].join('\n');
}

/** Percent-encodes all characters except the unreserved ones of RFC 3986. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hashSha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function computeHmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
