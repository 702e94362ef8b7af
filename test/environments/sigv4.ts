import { createHash, createHmac } from 'node:crypto';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import type { WireRequest } from './environment';

export interface SigningIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Node's hashes in the form that the SDK wants. */
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
 * Adds the headers by which API Gateway knows the caller. Only the host and what SigV4 adds are signed: tests send names twice, or in
 * bytes that no canonical form has. A request that brings an `authorization` of its own is left alone.
 */
export async function signRequest(host: string, request: WireRequest, region: string, identity: SigningIdentity): Promise<WireRequest> {
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
  // Without a prototype: tests ask for parameters such as `__proto__`.
  const query = Object.create(null) as Record<string, string[]>;
  for (const pair of search.split('&').filter(part => part !== '')) {
    const [name, ...value] = pair.split('=');
    (query[decodeQueryPart(name)] ??= []).push(decodeQueryPart(value.join('=')));
  }
  return query;
}

/** What is no percent-encoding stands for itself, but for the plus sign, which services take for a space. */
function decodeQueryPart(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
