import type { IncomingMessage } from 'node:http';
import { buildS3Error } from './errors';
import { groupHeaders } from '../../http/raw-headers';

/** A request as received, without merged or dropped headers, because the signature covers them. */
export interface Wire {
  readonly method: string;
  /** Decoded path, `/bucket/key`. */
  readonly path: string;
  /** Decoded query parameters in order, repeats too. */
  readonly query: readonly (readonly [string, string])[];
  /** Values by lower-case name, in order; Node keeps only the first of some repeated headers. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

export function readWire(request: IncomingMessage): Wire {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const [path, query] = mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
  return {
    method: request.method ?? '',
    path: decode(path),
    query: parseQuery(query),
    headers: groupHeaders(request.rawHeaders),
  };
}

function parseQuery(query: string): [string, string][] {
  return query.split('&').filter(Boolean).map(pair => {
    const mark = pair.indexOf('=');
    return mark < 0 ? [decode(pair), ''] : [decode(pair.slice(0, mark)), decode(pair.slice(mark + 1))];
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw buildS3Error('InvalidURI', "Couldn't parse the specified URI.", { URI: text });
  }
}

/** Percent-encodes for Signature Version 4: all characters except RFC 3986's unreserved ones. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function encodePath(path: string): string {
  return path.split('/').map(encode).join('/');
}

export function readHeader(wire: Wire, name: string): string | undefined {
  return wire.headers.get(name)?.join(',');
}
