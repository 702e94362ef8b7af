import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { buildPublicJwk, type IssuerKey } from './issuer-key';

export const DISCOVERY_PATH = '/.well-known/openid-configuration';
export const JWKS_PATH = '/.well-known/jwks.json';

/** Serves the issuer's discovery document (OpenID Connect Discovery 1.0, section 4) and key set (RFC 7517). */
export function serveIssuer(issuer: string, key: IssuerKey, otherwise: RequestListener): RequestListener {
  const documents = new Map<string, object>([
    [DISCOVERY_PATH, buildDiscovery(issuer)],
    [JWKS_PATH, { keys: [buildPublicJwk(key)] }],
  ]);
  return (request, response) => {
    const document = documents.get((request.url ?? '').split('?')[0]);
    if (!document || !isRead(request)) return otherwise(request, response);
    send(request, response, JSON.stringify(document));
  };
}

/** `npm run token` makes the tokens, so there are no endpoints for authorization and tokens. */
function buildDiscovery(issuer: string): object {
  return {
    issuer,
    jwks_uri: `${issuer}${JWKS_PATH}`,
    response_types_supported: [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  };
}

function isRead({ method = '' }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

function send(request: IncomingMessage, response: ServerResponse, body: string): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
