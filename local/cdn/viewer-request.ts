import type { IncomingMessage } from 'node:http';
import { groupHeaders } from '../http/raw-headers';

/** A request as CloudFront sees it. */
export interface ViewerRequest {
  readonly method: string;
  /** The part of the URL before the path, such as `http://localhost:8080/cdn`. */
  readonly base: string;
  /** Path on the distribution, not decoded. */
  readonly uri: string;
  /** Not decoded. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly cookies: readonly (readonly [name: string, value: string])[];
}

/** `root` is the distribution's path on this server: `/cdn`. */
export function parseViewerRequest(
  { method = 'GET', url = '/', rawHeaders }: IncomingMessage, root: string,
): ViewerRequest {
  // RFC 9112, section 3.2.2: a server must accept a whole URL as the target.
  const target = url.replace(/^https?:\/\/[^/?]*/i, '');
  const [, path, search = ''] = /^([^?]*)(?:\?(.*))?$/s.exec(target)!;
  const headers = groupHeaders(rawHeaders);
  return {
    method,
    base: `http://${headers.get('host')?.[0] ?? ''}${root}`,
    uri: path.slice(root.length) || '/',
    query: splitPairs(search.split('&')),
    headers,
    cookies: splitPairs(
      (headers.get('cookie') ?? []).flatMap(cookie => cookie.split(';')).map(cookie => cookie.trim()),
    ),
  };
}

function splitPairs(parts: readonly string[]): [string, string][] {
  return parts.filter(part => part !== '').map(part => {
    const mark = part.indexOf('=');
    return mark < 0 ? [part, ''] : [part.slice(0, mark), part.slice(mark + 1)];
  });
}
