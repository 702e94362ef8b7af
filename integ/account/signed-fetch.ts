import { signRequest, type SigningIdentity } from '../../test/environments/sigv4';

/** Signs as a backend does. A presigned URL already has its signature, and storage rejects a second one. */
export function fetchSigned(region: string, identity: SigningIdentity): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input as string);
    if (url.searchParams.has('X-Amz-Signature')) return fetch(url, init);
    const { method = 'GET', headers = {}, body } = init;
    const request = await signRequest(url.host, {
      method,
      target: url.pathname + url.search,
      headers: [...new Headers(headers)],
      body: typeof body === 'string' ? Buffer.from(body) : undefined,
    }, region, identity);
    return fetch(url, { ...init, headers: request.headers.map(([name, value]): [string, string] => [name, value]) });
  };
}
