import { createHash, createHmac } from 'node:crypto';
import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { HttpRequest } from '@smithy/core/protocols';
import { readEnvironmentCredentials } from './environment-credentials';
import { PREFIXES } from '../../src/contract';
import type { DownloadGrant, UploadGrant, UrlSigner } from '../domain/ports';

/** Where clients reach the bucket. */
export interface BucketAddress {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  /** In front of the key: `/<bucket>` where the host does not name the bucket, else empty. */
  readonly pathPrefix: string;
}

/** Node's hashes in the form that the SDK wants: its own for the web would be bundled otherwise. */
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
 * Presigns without a client: `getSignedUrl` resolves a client's whole middleware stack for each URL, at a multiple of the CPU.
 */
export function createUrlSigner(region: string, address: BucketAddress): UrlSigner {
  const presigner = new S3RequestPresigner({ region, credentials: readEnvironmentCredentials, sha256: Sha256 as never });
  const host = address.port === undefined ? address.hostname : `${address.hostname}:${address.port}`;

  async function presign(method: string, key: string, headers: Record<string, string>, query: Record<string, string>, at: number, lifetime: number) {
    const request = new HttpRequest({
      ...address, method, path: `${address.pathPrefix}/${key}`, headers: { host, ...headers }, query,
    });
    const names = Object.keys(headers);
    const { query: signed = {} } = await presigner.presign(request, {
      signingDate: new Date(at),
      expiresIn: lifetime,
      // The presigner leaves content-type out and moves checksums into the query, unless told otherwise: then anybody
      // could upload any type, and S3 would verify no checksum.
      signableHeaders: new Set(['host', ...names]),
      unhoistableHeaders: new Set(names),
    });
    const search = Object.entries(signed).map(([name, value]) => `${encode(name)}=${encode(String(value))}`).join('&');
    return `${address.protocol}//${host}${request.path}?${search}`;
  }

  return {
    upload: async (grant, at, lifetime) => {
      const headers = buildUploadHeaders(grant);
      const url = await presign('PUT', grant.key, { ...headers, 'content-length': String(grant.size) }, {}, at, lifetime);
      return { url, headers };
    },
    download: (grant, at, lifetime) => presign('GET', grant.key, {}, buildDownloadQuery(grant), at, lifetime),
  };
}

/** What the client must send. The length is signed too, but every HTTP client sets that one itself. */
function buildUploadHeaders(grant: UploadGrant): Record<string, string> {
  return {
    'content-type': grant.contentType,
    'if-none-match': '*',
    ...(grant.checksumSha256 === undefined ? {} : { 'x-amz-checksum-sha256': grant.checksumSha256 }),
  };
}

/** The service chooses these headers: S3 would repeat those of the upload. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
function buildDownloadQuery(grant: DownloadGrant): Record<string, string> {
  return {
    'response-cache-control': grant.cacheControl ?? 'private, no-store',
    ...grant.key.startsWith(PREFIXES.ORIGINALS) && UPLOADER_HEADERS,
    'response-content-disposition': grant.contentDisposition,
    'response-content-type': grant.contentType,
  };
}

/**
 * Uploaders can send these headers unsigned, and S3 stores them. An empty override has no documented effect, so the values are neutral: in
 * the past, and no linguistic content (RFC 5646, `zxx`). Confirm rejects a content-encoding. Variants are written by the service, without them.
 */
const UPLOADER_HEADERS = { 'response-content-language': 'zxx', 'response-expires': 'Thu, 01 Jan 1970 00:00:00 GMT' };

/** RFC 3986: what SigV4 signs is what must be sent. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

export interface AddressOptions {
  readonly bucket: string;
  readonly region: string;
  /** Where clients reach storage, if not on AWS. */
  readonly endpoint?: string;
  readonly accelerate: boolean;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
export function buildBucketAddress({ bucket, region, endpoint, accelerate }: AddressOptions): BucketAddress {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const service = accelerate ? `s3-accelerate.${suffix}` : `s3.${region}.${suffix}`;
  const { protocol, hostname, port } = new URL(endpoint ?? `https://${service}`);
  // Of another host than S3's own nobody knows whether `<bucket>.<host>` resolves. And a certificate of S3 covers one
  // label before the service: names with dots go into the path.
  const inPath = endpoint !== undefined || (!accelerate && bucket.includes('.'));
  return {
    protocol,
    hostname: inPath ? hostname : `${bucket}.${hostname}`,
    ...(port === '' ? {} : { port: Number(port) }),
    pathPrefix: inPath ? `/${bucket}` : '',
  };
}
