import type { HttpRequest, HttpResponse } from './messages';
import { respondNoContent } from './messages';
import { EXPOSED_HEADERS, listMethods } from '../../src/contract';

const ALLOWED_HEADERS = 'authorization, content-type, idempotency-key, if-match, x-amz-content-sha256, x-amz-date, x-amz-security-token, x-api-key, x-act-as, x-tenant-id, x-user-groups, x-user-id';
const PREFLIGHT_SECONDS = '600';

/**
 * The answer to a preflight (https://fetch.spec.whatwg.org/#cors-preflight-fetch), with CORS headers for listed origins
 * only.
 */
export function answerPreflight(request: HttpRequest): HttpResponse {
  return respondNoContent({
    'access-control-allow-methods': listMethods(request.resource).join(', '),
    'access-control-allow-headers': ALLOWED_HEADERS,
    'access-control-max-age': PREFLIGHT_SECONDS,
  });
}

/** Adds CORS headers for a listed origin, and removes them for others. */
export function withCors(request: HttpRequest, response: HttpResponse, origins: readonly string[]): HttpResponse {
  if (origins.length === 0) return response;
  const [origin] = request.headers.get('origin') ?? [];
  const allowed = origin !== undefined && origins.includes(origin);
  const plain = Object.entries(response.headers).filter(([name]) => allowed || !name.startsWith('access-control-'));
  const granted: Record<string, string> = allowed
    ? { 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED_HEADERS }
    : {};
  return { ...response, headers: { ...Object.fromEntries(plain), ...granted, vary: 'Origin' } };
}
