import { createHash, createHmac } from 'node:crypto';
import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { HttpRequest } from '@smithy/core/protocols';
import { readEnvironmentCredentials } from './environment-credentials';
import { PREFIXES } from '../../src/contract';
import type { DownloadGrant, UploadGrant, UrlSigner } from '../domain/ports';

/** Address of the bucket for clients. */
export interface BucketAddress {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  /** Before the key: `/<bucket>` if the host does not name the bucket, else empty. */
  readonly pathPrefix: string;
}

/** Node's hashes behind the SDK's interface. Otherwise the SDK's own for browsers would be bundled. */
class Sha256 {
  private readonly hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string | Uint8Array);
  }

  update(data: string | Uint8Array): void {
    this.hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  reset(): void { /* the SDK makes a new one for each digest */ }
}

/**
 * Presigns without a client: `getSignedUrl` resolves a client's whole middleware stack for each URL, at a multiple of
 * the CPU time.
 */
export function createUrlSigner(region: string, address: BucketAddress): UrlSigner {
  const presigner = new S3RequestPresigner({
    region,
    credentials: readEnvironmentCredentials,
    sha256: Sha256 as never,
  });
  const host = address.port === undefined ? address.hostname : `${address.hostname}:${address.port}`;

  async function presign(
    method: string, key: string, headers: Record<string, string>, query: Record<string, string>, at: number,
    lifetime: number,
  ) {
    const request = new HttpRequest({
      ...address, method, path: `${address.pathPrefix}/${key}`, headers: { host, ...headers }, query,
    });
    const names = Object.keys(headers);
    const { query: signed = {} } = await presigner.presign(request, {
      signingDate: new Date(at),
      expiresIn: lifetime,
      // By default the presigner leaves content-type out and moves checksums into the query. Then clients could upload
      // any type, and S3 would verify no checksum.
      signableHeaders: new Set(['host', ...names]),
      unhoistableHeaders: new Set(names),
    });
    const search = Object.entries(signed).map(([name, value]) => `${encode(name)}=${encode(String(value))}`).join('&');
    return `${address.protocol}//${host}${request.path}?${search}`;
  }

  return {
    upload: async (grant, at, lifetime) => {
      const headers = buildUploadHeaders(grant);
      const url = await presign(
        'PUT', grant.key, { ...headers, 'content-length': String(grant.size) }, {}, at, lifetime,
      );
      return { url, headers };
    },
    download: (grant, at, lifetime) => presign('GET', grant.key, {}, buildDownloadQuery(grant), at, lifetime),
  };
}

/** The headers that the client must send. The length is signed, too, but every HTTP client sends it by itself. */
function buildUploadHeaders(grant: UploadGrant): Record<string, string> {
  return {
    'content-type': grant.contentType,
    'if-none-match': '*',
    ...(grant.checksumSha256 === undefined ? {} : { 'x-amz-checksum-sha256': grant.checksumSha256 }),
  };
}

/**
 * The service sets these headers; S3 would repeat those of the upload.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
function buildDownloadQuery(grant: DownloadGrant): Record<string, string> {
  return {
    'response-cache-control': grant.cacheControl ?? 'private, no-store',
    ...grant.key.startsWith(PREFIXES.ORIGINALS) && UPLOADER_HEADERS,
    'response-content-disposition': grant.contentDisposition,
    'response-content-type': grant.contentType,
  };
}

/**
 * Uploaders can send these headers unsigned, and S3 stores them. An empty override has no documented effect, so the
 * values are neutral: in the past, and no linguistic content (RFC 5646, `zxx`). Confirm rejects a content-encoding.
 * Variants are written by the service, without these headers.
 */
const UPLOADER_HEADERS = { 'response-content-language': 'zxx', 'response-expires': 'Thu, 01 Jan 1970 00:00:00 GMT' };

/** RFC 3986: the request must be sent exactly as SigV4 signs it. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

export interface AddressOptions {
  readonly bucket: string;
  readonly region: string;
  /** Storage endpoint for clients, if not on AWS. */
  readonly endpoint?: string;
  readonly accelerate: boolean;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
export function buildBucketAddress({ bucket, region, endpoint, accelerate }: AddressOptions): BucketAddress {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const service = accelerate ? `s3-accelerate.${suffix}` : `s3.${region}.${suffix}`;
  const { protocol, hostname, port } = new URL(endpoint ?? `https://${service}`);
  // For other hosts than S3's own, `<bucket>.<host>` may not resolve. S3's certificate covers one label before the
  // service. So names with dots go into the path.
  const inPath = endpoint !== undefined || (!accelerate && bucket.includes('.'));
  return {
    protocol,
    hostname: inPath ? hostname : `${bucket}.${hostname}`,
    ...(port === '' ? {} : { port: Number(port) }),
    pathPrefix: inPath ? `/${bucket}` : '',
  };
}
