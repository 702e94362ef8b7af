import { createHash, createHmac } from 'node:crypto';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import type { WireRequest } from './environment';

export interface SigningIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Node's hashes, in the interface of the SDK. */
class Sha256 {
  private readonly hash;

  constructor(secret?: string | Uint8Array) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }

  update(data: Uint8Array): void {
    this.hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  reset(): void { /* the SDK makes a new one for each digest */ }
}

/**
 * Adds the headers that identify the caller to API Gateway. Only the host and SigV4's own headers are signed: tests
 * repeat names, or send bytes without a canonical form. A request with its own `authorization` is left unchanged.
 */
export async function signRequest(
  host: string, request: WireRequest, region: string, identity: SigningIdentity,
): Promise<WireRequest> {
  if (request.headers.some(([name]) => name.toLowerCase() === 'authorization')) return request;
  const signer = new SignatureV4({ service: 'execute-api', region, credentials: identity, sha256: Sha256 as never });
  const [path, search = ''] = request.target.split('?', 2);
  const { headers } = await signer.sign(new HttpRequest({
    method: request.method, hostname: host, path, query: parseQuery(search), headers: { host }, body: request.body,
  }));
  const added = Object.entries(headers).filter(([name]) => name !== 'host');
  return { ...request, headers: [...request.headers, ...added] };
}

function parseQuery(search: string): Record<string, string[]> {
  // Without a prototype: tests send parameters such as `__proto__`.
  const query = Object.create(null) as Record<string, string[]>;
  for (const pair of search.split('&').filter(part => part !== '')) {
    const [name, ...value] = pair.split('=');
    (query[decodeQueryPart(name)] ??= []).push(decodeQueryPart(value.join('=')));
  }
  return query;
}

/** Text that is no percent-encoding stands for itself, except the plus sign: services decode it as a space. */
function decodeQueryPart(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
